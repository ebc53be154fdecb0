"""What stands in front of the screens: environment, guards, plain routes that set cookies and send files."""
