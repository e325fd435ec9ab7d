//! Kinds of custom resources from the source of `kcr_*` crates, read with `syn`.
//!
//! The crates are optional dependencies that no feature builds; `cargo metadata` says where their source lies.

use std::{collections::BTreeMap, error::Error, fs, path::{Path, PathBuf}, process::Command};

use serde_json::{Map, Value, json};
use syn::{Attribute, Fields, GenericArgument, Item, ItemEnum, ItemStruct, LitStr, PathArguments, Type};

use crate::Kind;

/// The projects behind the crates, by the name of the crate without `kcr_`.
const PROJECTS: &[(&str, &str)] = &[
    ("argoproj_io", "Argo CD"),
    ("barmancloud_cnpg_io", "CloudNativePG Barman plugin"),
    ("ceph_rook_io", "Rook"),
    ("cilium_io", "Cilium"),
    ("external_secrets_io", "External Secrets"),
    ("externaldns_k8s_io", "ExternalDNS"),
    ("gateway_networking_k8s_io", "Gateway API"),
    ("generators_external_secrets_io", "External Secrets generators"),
    ("grafana_integreatly_org", "Grafana operator"),
    ("groupsnapshot_storage_k8s_io", "CSI snapshotter"),
    ("k8s_keycloak_org", "Keycloak operator"),
    ("keda_sh", "KEDA"),
    ("kyverno_io", "Kyverno"),
    ("longhorn_io", "Longhorn"),
    ("metallb_io", "MetalLB"),
    ("networking_istio_io", "Istio"),
    ("nfd_k8s_sigs_io", "Node Feature Discovery"),
    ("operator_victoriametrics_com", "VictoriaMetrics operator"),
    ("postgresql_cnpg_io", "CloudNativePG"),
    ("security_istio_io", "Istio"),
    ("snapshot_storage_k8s_io", "CSI snapshotter"),
    ("traefik_io", "Traefik"),
    ("upgrade_cattle_io", "system-upgrade-controller"),
    ("velero_io", "Velero"),
    ("volsync_backube", "VolSync"),
];

pub fn kinds(manifest: &Path) -> Result<Vec<Kind>, Box<dyn Error>> {
    let output = Command::new("cargo")
        .args(["metadata", "--format-version=1", "--features=read", "--locked", "--manifest-path"])
        .arg(manifest)
        .output()?;
    let metadata: Value = serde_json::from_slice(&output.stdout)?;
    let packages = metadata["packages"].as_array().ok_or("cargo metadata names no packages")?;
    let mut kinds = Vec::new();
    for (name, project) in PROJECTS {
        let name = format!("kcr_{name}");
        let package = packages.iter().find(|package| package["name"] == name).ok_or("crate is missing")?;
        let folder = Path::new(package["manifest_path"].as_str().unwrap_or_default()).with_file_name("src");
        // The second number of the version is the day of the upstream definitions.
        let version = package["version"].as_str().unwrap_or_default();
        let day = version.split('.').nth(1).filter(|day| day.len() == 8).ok_or("version without a day")?;
        let source = format!("{project}, {}-{}-{}", &day[..4], &day[4..6], &day[6..]);
        let mut files = Vec::new();
        collect(&folder, &mut files)?;
        for path in files {
            match File::read(&fs::read_to_string(&path)?)?.kind(source.clone()) {
                Ok(Some(kind)) => kinds.push(kind),
                Ok(None) => {}
                // One kind that cannot be told is better left out than guessed.
                Err(error) => eprintln!("left out: {}: {error}", path.display()),
            }
        }
    }
    Ok(kinds)
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> Result<(), Box<dyn Error>> {
    let mut entries = fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>, std::io::Error>>()?;
    entries.sort();
    for path in entries {
        if path.is_dir() {
            collect(&path, files)?;
        } else if !path.ends_with("mod.rs") && !path.ends_with("lib.rs") {
            files.push(path);
        }
    }
    Ok(())
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

    /// The kind that a file describes; `None` for a file of other things.
    fn kind(&self, source: String) -> Result<Option<Kind>, Box<dyn Error>> {
        let root = self.structs.values().find(|item| text_of(&item.attrs, "kube", "kind").is_some());
        let Some(root) = root else { return Ok(None) };
        let name = |key| text_of(&root.attrs, "kube", key).ok_or_else(|| format!("no {key}"));
        let spec = self.object(root)?;
        Ok(Some(Kind {
            group: name("group")?,
            version: name("version")?,
            kind: name("kind")?,
            source,
            schema: json!({"type": "object", "properties": {"metadata": {"$ref": "ObjectMeta"}, "spec": spec, "status": {}}}),
        }))
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
            // Types of Kubernetes itself.
            "Condition" | "ObjectReference" => json!({"type": "object"}),
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
