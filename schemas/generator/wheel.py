"""Reads the pydantic classes of a cloudcoil wheel and prints their kinds as JSON schemas.

The wheel is read as text with `ast`, never imported. Only facts are kept: names, types, enums, limits, patterns. A field with a default is
not required, because the API server fills in defaults before it validates.

Usage: wheel.py WHEEL  ->  [{"group": …, "version": …, "kind": …, "schema": …}, …] on standard output
"""

import ast
import json
import sys
import zipfile

LIMITS = {"pattern": "pattern", "ge": "minimum", "le": "maximum"}
SCALARS = {"str": "string", "int": "integer", "bool": "boolean", "float": "number", "AwareDatetime": "string", "Base64Str": "string"}


class Module:
    def __init__(self, text):
        self.classes = {node.name: node for node in ast.parse(text).body if isinstance(node, ast.ClassDef)}

    def type(self, node):
        """The schema of a type annotation."""
        if isinstance(node, ast.BinOp):
            parts = [part for part in self.union(node) if not (isinstance(part, ast.Constant) and part.value is None)]
            schemas = [self.type(part) for part in parts]
            if len(schemas) == 1:
                return schemas[0]
            if {json.dumps(schema) for schema in schemas} == {'{"type": "integer"}', '{"type": "string"}'}:
                return {"type": ["integer", "string"]}
            raise ValueError("union " + ast.unparse(node))
        if isinstance(node, ast.Subscript):
            return self.generic(node.value.id, node.slice)
        if node.id in SCALARS:
            return {"type": SCALARS[node.id]}
        if node.id == "Any":
            return {}
        return self.object(node.id)

    def union(self, node):
        return self.union(node.left) + self.union(node.right) if isinstance(node, ast.BinOp) else [node]

    def generic(self, name, argument):
        if name == "Annotated":
            schema = self.type(argument.elts[0])
            self.limit(schema, argument.elts[1])
            return schema
        if name == "Literal":
            values = argument.elts if isinstance(argument, ast.Tuple) else [argument]
            return {"type": "string", "enum": [value.value for value in values]}
        if name == "list":
            return {"type": "array", "items": self.type(argument)}
        if name == "dict":
            return {"type": "object", "additionalProperties": self.type(argument.elts[1]) or True}
        raise ValueError("generic " + name)

    def limit(self, schema, call):
        for keyword in call.keywords:
            if keyword.arg in LIMITS:
                schema[LIMITS[keyword.arg]] = ast.literal_eval(keyword.value)
            elif keyword.arg in ("min_length", "max_length"):
                unit = "Items" if schema.get("type") == "array" else "Length"
                schema[keyword.arg[:3] + unit] = keyword.value.value

    def object(self, name):
        if name == "ObjectMeta":
            return {"$ref": "ObjectMeta"}
        class_ = self.classes[name]
        base = class_.bases[0]
        if isinstance(base, ast.Subscript) and base.value.id == "RootModel":
            return self.type(base.slice)
        properties, required = {}, []
        for field in class_.body:
            if not isinstance(field, ast.AnnAssign) or field.target.id.startswith("__"):
                continue
            name = self.alias(field) or field.target.id
            properties[name] = {} if name == "status" and base.id == "Resource" else self.type(field.annotation)
            if field.value is None:
                required.append(name)
        schema = {"type": "object", "properties": properties, "additionalProperties": False}
        if required:
            schema["required"] = required
        return schema

    def alias(self, field):
        annotation = field.annotation
        if isinstance(annotation, ast.Subscript) and annotation.value.id == "Annotated":
            for keyword in annotation.slice.elts[1].keywords:
                if keyword.arg == "alias":
                    return keyword.value.value
        return None

    def kinds(self):
        for name, class_ in self.classes.items():
            if any(isinstance(base, ast.Name) and base.id == "Resource" for base in class_.bases):
                schema = self.object(name)
                group, _, version = schema["properties"].pop("apiVersion")["enum"][0].rpartition("/")
                kind = schema["properties"].pop("kind")["enum"][0]
                yield {"group": group, "version": version, "kind": kind, "schema": schema}


def main():
    found = []
    with zipfile.ZipFile(sys.argv[1]) as wheel:
        for path in sorted(wheel.namelist()):
            if path.endswith(".py") and "class " in (text := wheel.read(path).decode()):
                found.extend(Module(text).kinds())
    json.dump(found, sys.stdout)


main()
