"""``python -m negotiation.scenario`` prints the JSON Schema of scenario files."""

from .schema import schema_text

if __name__ == "__main__":
    print(schema_text(), end="")
