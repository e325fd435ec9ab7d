//! Kinds of custom resources from the source of `kcr_*` crates, read with `syn`.
//!
//! The crates are optional dependencies that no feature builds; `cargo metadata` says where their source lies.

use std::{collections::BTreeMap, error::Error, fs, path::Path, process::Command};

use serde_json::{Map, Value, json};
use syn::{Attribute, Fields, GenericArgument, Item, ItemEnum, ItemStruct, LitStr, PathArguments, Type};

use crate::Kind;

/// Crate, file in its `src`, and the kind it holds.
const FILES: &[(&str, &str)] = &[
    ("kcr_external_secrets_io", "v1/clusterexternalsecrets.rs"),
    ("kcr_external_secrets_io", "v1/clustersecretstores.rs"),
    ("kcr_external_secrets_io", "v1/externalsecrets.rs"),
    ("kcr_external_secrets_io", "v1/secretstores.rs"),
    ("kcr_external_secrets_io", "v1alpha1/pushsecrets.rs"),
    ("kcr_generators_external_secrets_io", "v1alpha1/passwords.rs"),
];

pub fn kinds(manifest: &Path) -> Result<Vec<Kind>, Box<dyn Error>> {
    let output = Command::new("cargo")
        .args(["metadata", "--format-version=1", "--all-features", "--locked", "--manifest-path"])
        .arg(manifest)
        .output()?;
    let metadata: Value = serde_json::from_slice(&output.stdout)?;
    let packages = metadata["packages"].as_array().ok_or("cargo metadata names no packages")?;
    let mut kinds = Vec::new();
    for (name, file) in FILES {
        let package = packages.iter().find(|package| package["name"] == **name).ok_or("crate is missing")?;
        let path = Path::new(package["manifest_path"].as_str().unwrap_or_default()).with_file_name("src").join(file);
        // The second number of the version is the day of the upstream definitions.
        let version = package["version"].as_str().unwrap_or_default();
        let day = version.split('.').nth(1).filter(|day| day.len() == 8).ok_or("version without a day")?;
        let source = format!("External Secrets, {}-{}-{}", &day[..4], &day[4..6], &day[6..]);
        kinds.push(File::read(&fs::read_to_string(path)?)?.kind(source)?);
    }
    Ok(kinds)
}

struct File {
    structs: BTreeMap<String, ItemStruct>,
    enums: BTreeMap<String, ItemEnum>,
}

impl File {
    fn read(text: &str) -> Result<Self, Box<dyn Error>> {
        let mut file = Self { structs: BTreeMap::new(), enums: BTreeMap::new() };
        for item in syn::parse_file(text)?.items {
            match item {
                Item::Struct(item) => drop(file.structs.insert(item.ident.to_string(), item)),
                Item::Enum(item) => drop(file.enums.insert(item.ident.to_string(), item)),
                _ => {}
            }
        }
        Ok(file)
    }

    fn kind(&self, source: String) -> Result<Kind, Box<dyn Error>> {
        let root = self.structs.values().find(|item| text_of(&item.attrs, "kube", "kind").is_some());
        let root = root.ok_or("no custom resource in this file")?;
        let name = |key| text_of(&root.attrs, "kube", key).ok_or_else(|| format!("no {key}"));
        let spec = self.object(root)?;
        Ok(Kind {
            group: name("group")?,
            version: name("version")?,
            kind: name("kind")?,
            source,
            schema: json!({"type": "object", "properties": {"metadata": {"$ref": "ObjectMeta"}, "spec": spec, "status": {}}}),
        })
    }

    fn object(&self, item: &ItemStruct) -> Result<Value, Box<dyn Error>> {
        let mut properties = Map::new();
        let mut required = Vec::new();
        for field in &item.fields {
            let name = field.ident.as_ref().ok_or("field without a name")?.to_string();
            let name =
                text_of(&field.attrs, "serde", "rename").unwrap_or_else(|| name.trim_start_matches("r#").to_owned());
            let (type_, optional) = match generic(&field.ty, "Option") {
                Some(inner) => (inner, true),
                None => (&field.ty, false),
            };
            properties.insert(name.clone(), self.type_(type_)?);
            if !optional {
                required.push(name);
            }
        }
        let mut schema = json!({"type": "object", "properties": properties});
        if !required.is_empty() {
            schema["required"] = json!(required);
        }
        Ok(schema)
    }

    fn type_(&self, type_: &Type) -> Result<Value, Box<dyn Error>> {
        if let Some(item) = generic(type_, "Vec") {
            return Ok(json!({"type": "array", "items": self.type_(item)?}));
        }
        if let Some(value) = generic(type_, "BTreeMap") {
            return Ok(json!({"type": "object", "additionalProperties": self.type_(value)?}));
        }
        let Type::Path(path) = type_ else { return Err("unknown form of type".into()) };
        let name = path.path.segments.last().ok_or("empty path")?.ident.to_string();
        Ok(match name.as_str() {
            "String" => json!({"type": "string"}),
            "bool" => json!({"type": "boolean"}),
            "i32" | "i64" => json!({"type": "integer"}),
            "f32" | "f64" => json!({"type": "number"}),
            "IntOrString" => json!({"type": ["integer", "string"]}),
            "Value" => json!({}),
            _ => match (self.structs.get(&name), self.enums.get(&name)) {
                (Some(item), _) => self.object(item)?,
                (_, Some(item)) => variants(item)?,
                _ => return Err(format!("unknown type {name}").into()),
            },
        })
    }
}

fn variants(item: &ItemEnum) -> Result<Value, Box<dyn Error>> {
    let mut values = Vec::new();
    for variant in &item.variants {
        if variant.fields != Fields::Unit {
            return Err(format!("{} has fields", item.ident).into());
        }
        values.push(text_of(&variant.attrs, "serde", "rename").unwrap_or_else(|| variant.ident.to_string()));
    }
    Ok(json!({"type": "string", "enum": values}))
}

/// The last type argument of `name<…>`, if the type is one.
fn generic<'t>(type_: &'t Type, name: &str) -> Option<&'t Type> {
    let Type::Path(path) = type_ else { return None };
    let segment = path.path.segments.last().filter(|segment| segment.ident == name)?;
    let PathArguments::AngleBracketed(arguments) = &segment.arguments else { return None };
    match arguments.args.last()? {
        GenericArgument::Type(inner) => Some(inner),
        _ => None,
    }
}

/// The text of `key = "…"` in the attributes called `name`.
fn text_of(attributes: &[Attribute], name: &str, key: &str) -> Option<String> {
    let mut found = None;
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident(name)) {
        // Entries of other forms end the reading of one attribute; the key wanted may be in another.
        let _ = attribute.parse_nested_meta(|meta| {
            let wanted = meta.path.is_ident(key);
            if meta.input.peek(syn::Token![=]) {
                let text: LitStr = meta.value()?.parse()?;
                if wanted {
                    found = Some(text.value());
                }
            }
            Ok(())
        });
    }
    found
}
