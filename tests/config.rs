//! The configuration: what is read, and the place and words of each fault.

use serde_json::{Value, json};
use treewright::{
    config::{self, Config, External, Level},
    path::RepoPath,
    text::SourceText,
};

fn file() -> RepoPath {
    RepoPath::new(config::FILE).expect("a path")
}

fn read(text: &str) -> Config {
    config::read(&file(), text).unwrap_or_else(|fault| panic!("{fault:?}"))
}

/// The place, message and help of the fault in a text.
fn fault(text: &str) -> String {
    let fault = config::read(&file(), text).expect_err("a fault");
    let place = SourceText::new(text).position(fault.primary.span.start);
    let help = fault.help.map(|help| format!(" ({help})")).unwrap_or_default();
    format!("{}:{}: {}{help}", place.line, place.column, fault.message)
}

const EVERYTHING: &str = r#"
flux-version = "2.8"
kubernetes-version = "1.34.1"
roots = ["clusters/*"]
archived = ["old", "**/attic"]
crds = ["crds"]

[[external]]
kind = "Secret"
namespace = "hub"
name = "hub-*"
keys = ["token"]

[[external]]
kind = "ClusterSecretStore"
name = "vault"

[argo]
inventory = "argo/clusters.yaml"
recorded = "argo/recorded.yaml"
repositories = ["https://git.example.org/site/deploy"]

[lint]
select = ["yaml"]
extend = ["kubernetes/latest-tag"]
ignore = ["helm"]
fail-on = "error"
baseline = "baseline.json"

[lint.levels]
"kubernetes/removed-api" = "warning"
flux = "off"

[[lint.overrides]]
paths = ["apps/legacy"]
ignore = ["secret/plaintext"]
levels = {kubernetes = "info"}

[lint.rules."kubernetes/image-registry"]
allowed = ["registry.example.org"]
strict = true
depth = 3
mode = "all"
"#;

#[test]
fn everything_that_can_be_set_is_read() {
    let config = read(EVERYTHING);
    assert_eq!(config.flux_version.map(|version| version.0), Some(vec![2, 8]));
    assert_eq!(config.kubernetes_version.map(|version| version.0), Some(vec![1, 34, 1]));
    let path = |text| RepoPath::new(text).expect("a path");
    assert!(config.roots.contain(&path("clusters/a")) && config.roots.contain(&path("clusters/a/b/c.yaml")));
    assert!(!config.roots.contain(&path("clusters")) && !config.roots.contain(&path("apps/clusters/a")));
    assert!(config.archived.contain(&path("old/x.yaml")) && config.archived.contain(&path("a/b/attic/x")));
    assert!(!config.archived.contain(&path("older/x.yaml")));
    assert_eq!(config.crds, [path("crds")]);
    let secret = External {
        kind: "Secret".into(),
        namespace: Some("hub".into()),
        name: "hub-*".into(),
        keys: Some(vec!["token".into()]),
    };
    assert_eq!(config.external[0], secret);
    assert!(secret.fits("Secret", Some("hub"), "hub-a") && secret.fits("Secret", None, "hub-"));
    assert!(!secret.fits("Secret", Some("other"), "hub-a") && !secret.fits("ConfigMap", Some("hub"), "hub-a"));
    assert!(!secret.fits("Secret", Some("hub"), "a-hub-a"));
    assert_eq!(config.argo.inventory, Some(path("argo/clusters.yaml")));
    let lint = config.lint;
    assert_eq!(lint.fail_on, Some(Level::Error));
    let levels: Vec<(&str, Level)> = lint.levels.iter().map(|(name, level)| (name.text.as_str(), *level)).collect();
    assert_eq!(levels, [("kubernetes/removed-api", Level::Warning), ("flux", Level::Off)]);
    assert!(lint.overrides[0].paths.contain(&path("apps/legacy/a.yaml")));
    assert_eq!(lint.options[0].1.len(), 4);
}

#[test]
fn nothing_has_to_be_set() {
    let config = read("");
    assert!(config.roots.is_empty() && config.external.is_empty() && config.lint.levels.is_empty());
}

#[test]
fn faults_are_placed_and_explained() {
    let faults = [
        ("flux-version = 2.8", "1:16: `flux-version` must be a text, not a float"),
        ("flux-version = \"new\"", "1:16: `new` is no version (write it as \"2.8\" or \"2.8.1\")"),
        (
            "\nflux-verson = \"2.8\"",
            "2:1: there is no setting `flux-verson` in the configuration (did you mean `flux-version`?)",
        ),
        ("[lint]\nselekt = []", "2:1: there is no setting `selekt` in [lint] (did you mean `select`?)"),
        ("[lint]\nselect = [1]", "2:11: `select` must be a list of texts, not an integer"),
        ("lint = 3", "1:8: `lint` must be a table, not an integer"),
        ("[lint]\nfail-on = \"fatal\"", "2:11: `fatal` is no level (levels are off, info, warning and error)"),
        ("[lint.levels]\nyaml = 3", "2:8: `yaml` must be a level, not an integer"),
        (
            "roots = [\"a\", \"../b\"]",
            "1:15: no pattern of paths: a pattern starts at the root of the repository and cannot leave it",
        ),
        ("roots = [\"a[\"]", "1:10: no pattern of paths: unclosed character class; missing ']'"),
        ("[[external]]\nkind = \"Secret\"", "2:1: `name` is missing in [[external]]"),
        ("external = [3]", "1:13: `external` must be a list of tables, not an integer"),
        ("[lint.rules.\"a/b\"]\nx = 1.5", "2:5: `x` must be a boolean, an integer, a text or a list of texts"),
        ("crds = [\"/etc\"]", "1:9: `/etc` is an absolute path; paths are relative to the repository"),
    ];
    for (text, wanted) in faults {
        assert_eq!(fault(text), wanted, "{text}");
    }
    assert!(fault("a = ").starts_with("1:5: the configuration is not valid TOML: "), "{}", fault("a = "));
}

/// The schema for editors and the reader accept and refuse the same.
#[test]
fn the_schema_says_what_is_read() {
    let schema: Value = serde_json::from_str(include_str!("../schemas/treewright.schema.json")).expect("JSON");
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    let json =
        |text: &str| -> Value { toml_edit::de::from_str(text).unwrap_or_else(|error| panic!("{text}: {error}")) };
    assert!(validator.is_valid(&json(EVERYTHING)));
    let settings = json(EVERYTHING);
    // Whatever is put in the place of a value, both judge it alike.
    let others = [json!(true), json!(7), json!("text"), json!(["a"]), json!({"a": "info"}), json!([{"a": 1}])];
    for pointer in pointers(&settings) {
        for other in &others {
            let mut changed = settings.clone();
            *changed.pointer_mut(&pointer).expect("it was found there") = other.clone();
            let text = toml_edit::ser::to_string(&changed).expect("TOML");
            let read = config::read(&file(), &text);
            assert_eq!(validator.is_valid(&changed), read.is_ok(), "{pointer} = {other}: {read:?}");
        }
    }
}

fn pointers(value: &Value) -> Vec<String> {
    let below = |key: String, value: &Value| {
        let mut all = vec![format!("/{key}")];
        all.extend(pointers(value).into_iter().map(|rest| format!("/{key}{rest}")));
        all
    };
    match value {
        Value::Object(fields) => {
            fields.iter().flat_map(|(key, value)| below(key.replace('~', "~0").replace('/', "~1"), value)).collect()
        }
        Value::Array(items) => items.iter().enumerate().flat_map(|(at, item)| below(at.to_string(), item)).collect(),
        _ => Vec::new(),
    }
}
