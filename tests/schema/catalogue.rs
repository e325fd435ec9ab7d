//! The embedded catalogue and what it says about fields.

use std::{collections::BTreeSet, path::Path};

use sha2::{Digest, Sha256};
use treewright::schema::{Catalogue, Schema};

#[test]
fn every_embedded_schema_compiles_and_is_listed_once_in_order() {
    let catalogue = Catalogue::embedded();
    let rows: Vec<_> = catalogue.list().collect();
    assert!(rows.len() >= 400, "{} schemas", rows.len());
    assert!(rows.is_sorted() && rows.windows(2).all(|pair| pair[0] != pair[1]));
    for row in rows {
        let schema = catalogue.lookup(&row.group, &row.version, &row.kind);
        assert_eq!(schema.and_then(Schema::kind), Some(row.kind.as_str()), "{} {}", row.api_version(), row.kind);
        assert_eq!(schema.and_then(Schema::source), Some(row.source.as_str()));
        assert!(catalogue.versions(&row.group, &row.kind).any(|version| version == row.version));
        assert!(schema.and_then(|schema| schema.fields(&[])).is_some_and(|fields| fields.len() > 2));
    }
    assert!(catalogue.lookup("apps", "v1beta1", "Deployment").is_none());
    assert!(catalogue.lookup_api_version("v1", "ConfigMap").is_some());
}

#[test]
fn the_index_names_exactly_the_groups_of_the_bundle() {
    let bundle = Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas/bundle");
    let groups: BTreeSet<String> = files(&bundle.join("custom")).into_iter().collect();
    let custom = Catalogue::embedded().list().filter(|row| !row.source.starts_with("Kubernetes "));
    let listed: BTreeSet<String> = custom.map(|row| format!("{}.z", row.group)).collect();
    assert_eq!(groups, listed);
}

/// The files below a folder, as paths from there.
fn files(folder: &Path) -> Vec<String> {
    let entries = walkdir::WalkDir::new(folder).into_iter().map(|entry| entry.expect("readable"));
    let files = entries.filter(|entry| entry.file_type().is_file());
    let mut paths: Vec<String> =
        files.map(|entry| entry.path().strip_prefix(folder).expect("below").display().to_string()).collect();
    paths.sort();
    paths
}

#[test]
fn the_bundle_is_what_its_sources_say() {
    let schemas = Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas");
    let text = std::fs::read_to_string(schemas.join("SOURCES.toml")).expect("readable");
    let sources: toml_edit::DocumentMut = text.parse().expect("TOML");
    let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let mut digest = Sha256::new();
    for path in files(&schemas.join("bundle")) {
        let content = std::fs::read(schemas.join("bundle").join(&path)).expect("readable");
        digest.update(format!("{path}\0{}\n", hex(&Sha256::digest(content))));
    }
    assert_eq!(sources["bundle"].as_str(), Some(hex(&digest.finalize()).as_str()), "bring SOURCES.toml up to date");

    let lock = std::fs::read_to_string(schemas.join("generator/Cargo.lock")).expect("readable");
    let lock: toml_edit::DocumentMut = lock.parse().expect("TOML");
    let locked: BTreeSet<[&str; 3]> = lock["package"]
        .as_array_of_tables()
        .expect("a list")
        .iter()
        .filter_map(|package| {
            let text = |key: &str| package.get(key)?.as_str();
            Some([text("name")?, text("version")?, text("checksum")?])
        })
        .collect();
    let mut given = BTreeSet::new();
    for source in sources["source"].as_array_of_tables().expect("a list") {
        let text = |key: &str| source.get(key).and_then(|value| value.as_str()).unwrap_or_default();
        assert!(["name", "registry", "version", "licence"].into_iter().all(|key| !text(key).is_empty()), "{source}");
        assert!(text("sha256").len() == 64 || text("registry") == "written by hand", "{source}");
        let is_crate = text("registry") == "crates.io";
        assert!(
            !is_crate || locked.contains(&[text("name"), text("version"), text("sha256")]),
            "not as locked: {source}"
        );
        given.extend(source["gives"].as_array().expect("a list").iter().filter_map(|one| one.as_str()));
    }
    let minors = [33, 34, 35, 36, 37];
    let all = minors.into_iter().flat_map(|minor| Catalogue::of_kubernetes(minor).list());
    let used: BTreeSet<&str> = all.map(|row| row.source.as_str()).collect();
    assert_eq!(used, given);
}

/// Device claims became stable in Kubernetes 1.34; deployments always were.
#[test]
fn each_version_of_kubernetes_has_its_own_kinds() {
    let has_claim = |minor| Catalogue::of_kubernetes(minor).lookup("resource.k8s.io", "v1", "ResourceClaim").is_some();
    assert_eq!([32, 33, 34, 35, 36, 37, 99].map(has_claim), [false, false, true, true, true, true, true]);
    for (minor, version) in (33..=37).zip(["1.33", "1.34", "1.35", "1.36", "1.37"]) {
        let catalogue = Catalogue::of_kubernetes(minor);
        let schema = catalogue.lookup("apps", "v1", "Deployment").expect("embedded");
        assert_eq!(schema.source(), Some(format!("Kubernetes {version}").as_str()));
        assert!(!schema.is_dated());
        for row in catalogue.list().filter(|row| row.source.starts_with("Kubernetes ")) {
            assert_eq!(catalogue.fault(&row.group, &row.version, &row.kind), None);
        }
    }
    let release = Catalogue::embedded().lookup("helm.toolkit.fluxcd.io", "v2", "HelmRelease").expect("embedded");
    assert!(release.is_dated());
}

#[test]
fn fields_of_a_place_are_listed() {
    let schema = Catalogue::embedded().lookup("helm.toolkit.fluxcd.io", "v2", "HelmRelease").expect("embedded");
    let fields = schema.fields(&["spec", "valuesFrom"]).expect("a list of mappings");
    let rows: Vec<String> = fields
        .iter()
        .map(|field| format!("{} | {} | {} | {}", field.name, field.kind, field.required, field.allowed.join(",")))
        .collect();
    let expected = [
        "kind | a text | true | Secret,ConfigMap",
        "name | a text | true | ",
        "optional | `true` or `false` | false | ",
        "targetPath | a text | false | ",
        "valuesKey | a text | false | ",
    ];
    let mut sorted = rows.clone();
    sorted.sort();
    assert!(expected.iter().all(|row| sorted.iter().any(|have| have == row)), "{rows:#?}");
    let spec = schema.fields(&["spec"]).expect("fields");
    assert!(
        spec.iter().any(|field| field.name == "valuesFrom" && field.has_fields && field.kind == "a list of mappings")
    );
    assert!(schema.fields(&["spec", "nothing"]).is_none());
}
