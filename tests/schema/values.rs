//! Schemas given by others, and values as schemas see them.

use proptest::prelude::*;
use serde_json::{Value, json};
use treewright::{
    schema::{Catalogue, FaultKind, Schema, SchemaError, to_json, validate},
    text::SourceText,
    yaml::Stream,
};

use super::findings_under;

#[test]
fn schemas_of_other_values_do_not_speak_of_kinds() {
    let schema = json!({
        "type": "object",
        "required": ["host"],
        "additionalProperties": false,
        "properties": {
            "host": {"type": "string", "format": "hostname"},
            "namespace": {"type": "string", "format": "rfc1123-label"},
            "port": {"type": "integer", "minimum": 30000, "maximum": 32767},
            "exposure": {"enum": ["ingress", "nodeport", "loadbalancer"]},
            "every": {"format": "duration"},
            "size": {"type": ["string", "number"], "format": "quantity"},
            "nodes": {"type": "array", "minItems": 2, "uniqueItems": true, "items": {"type": "string", "minLength": 1}},
            "vault": {
                "type": "object",
                "additionalProperties": false,
                "properties": {
                    "server": {"type": "string", "format": "uri"},
                    "path": {"type": "string", "not": {"pattern": "^/"}},
                },
            },
            "storage": {"oneOf": [{"type": "string"}, {"type": "object", "required": ["class"]}, {"type": "boolean"}]},
            "by code": {"type": "object", "propertyNames": {"pattern": "^[0-9]+$"}, "additionalProperties": {"type": "boolean"}},
        },
    });
    let text = "\
hots: notebook.example.org
namespace: Jupyter Hub
port: 80
exposure: nodeports
every: 1 hour
size: 10Gb
nodes: [\"\"]
vault:
  servr: x
  server: vault.example.org
  path: /secret
storage: {size: 1Gi}
by code:
  200: 1
  ok: true
";
    let expected = "\
1:1 [hots] `host` is missing
1:1 [hots] `hots` is not a known key; did you mean `host`?
2:12 [Jupyter Hub] `namespace` must be a DNS label: at most 63 lower-case letters, digits and `-`, a letter or digit first and last, not the text \"Jupyter Hub\"
3:7 [80] `port` must be at least 30000, not 80
4:11 [nodeports] `exposure` must be `ingress`, `nodeport` or `loadbalancer`, not the text \"nodeports\"; did you mean `nodeport`?
5:8 [1 hour] `every` must be a duration such as `30s`, `10m` or `1h30m`, not the text \"1 hour\"
6:7 [10Gb] `size` must be a quantity such as `500m`, `2` or `1Gi`, not the text \"10Gb\"
7:8 [[\"\"]] `nodes` must have at least 2 items
7:9 [\"\"] `nodes[0]` must not be empty
9:3 [servr] `servr` is not a known key of `vault`; did you mean `server`?
10:11 [vault.example.org] `vault.server` must be a URL with its scheme, such as `https://example.org`, not the text \"vault.example.org\"
11:9 [/secret] `vault.path` must not be the text \"/secret\"
12:1 [storage] `storage.class` is missing
14:8 [1] `by code.200` must be `true` or `false`, not the number 1
15:3 [ok] the key `ok` of `[by code]` must match the pattern `^[0-9]+$`
";
    let expected = expected.replace("`by code.200`", "`[by code].200`");
    assert_eq!(findings_under(&schema, text), expected);
    let expected = "1:10 [5] `storage` must be a text, a mapping or `true` or `false`, not the number 5\n";
    assert_eq!(
        findings_under(&json!({"properties": {"storage": schema["properties"]["storage"]}}), "storage: 5\n"),
        expected
    );
}

#[test]
fn null_is_a_value_where_no_kind_is_described() {
    let schema = json!({"properties": {"size": {"type": "integer"}}});
    assert_eq!(findings_under(&schema, "size:\n"), "1:1 [size] `size` must be an integer, not null\n");
}

#[test]
fn faults_of_values_without_text_have_routes() {
    let schema = Schema::from_json(&json!({"properties": {"a": {"items": {"type": "boolean"}}}})).expect("good");
    let faults = schema.check(&json!({"a": [true, 1]}));
    assert_eq!(faults.len(), 1);
    assert_eq!(faults[0].route.to_string(), "/a/1");
    let kind = FaultKind::Type { expected: "`true` or `false`".into(), found: "the number 1".into() };
    assert_eq!(
        (&faults[0].kind, faults[0].message.as_str()),
        (&kind, "`a[1]` must be `true` or `false`, not the number 1")
    );
}

#[test]
fn unusable_schemas_are_refused_with_a_reason() {
    let remote = json!({"properties": {"a": {"$ref": "https://example.org/schema.json"}}});
    assert_eq!(Schema::from_json(&remote).err(), Some(SchemaError::Remote("https://example.org/schema.json".into())));
    let error = Schema::from_json(&json!({"properties": {"a": {"type": "strin"}}})).expect_err("no such type");
    assert!(error.to_string().starts_with("not a JSON schema, at `/properties/a/type`: "), "{error}");
    let error = Schema::from_json(&json!({"properties": {"a": {"pattern": "("}}})).expect_err("no pattern");
    assert!(matches!(error, SchemaError::Invalid { .. }), "{error}");
}

#[test]
fn json_values_read_as_the_api_server_would_read_them() {
    let text = "1: 0o17\n2: 1_000\n3: 2024-01-01\n4: .inf\n5: ~\n6: 1e3\n7: !!binary aGk=\n8: yes\n<<: [{1: no, 9: merged}]\n8: last\n";
    let stream = Stream::parse(SourceText::new(text)).expect("YAML");
    let value = to_json(stream.documents().next().expect("a document").root()).expect("small");
    let expected = json!({"1": 15, "2": 1000, "3": "2024-01-01", "4": ".inf", "5": null, "6": 1000.0, "7": "aGk=", "8": "last", "9": "merged"});
    assert_eq!(value, expected);
}

/// Any JSON value whose mappings use the keys of a `HelmRelease`, so that schemas have something to say about it.
fn any_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i32>().prop_map(Value::from),
        "[ -~]{0,8}".prop_map(Value::from),
    ];
    let key = prop::sample::select(vec![
        "metadata",
        "name",
        "spec",
        "chart",
        "interval",
        "values",
        "valuesFrom",
        "kind",
        "0",
        "a/b~c",
    ]);
    leaf.prop_recursive(6, 64, 5, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((key.clone(), inner), 0..5).prop_map(|entries| Value::Object(
                entries.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
            )),
        ]
    })
}

proptest! {
    #[test]
    fn json_read_as_yaml_is_the_same_value(value in any_value()) {
        let stream = Stream::parse(SourceText::new(value.to_string())).expect("JSON is YAML");
        prop_assert_eq!(to_json(stream.documents().next().expect("a document").root()), Ok(value));
    }

    /// The text form of a value and the value itself have the same faults, and each has its place in the text.
    #[test]
    fn every_fault_of_a_value_has_a_place_in_its_text(value in any_value()) {
        let text = value.to_string();
        let stream = Stream::parse(SourceText::new(text.as_str())).expect("JSON is YAML");
        let root = stream.documents().next().expect("a document").root();
        let schema = Catalogue::embedded().lookup("helm.toolkit.fluxcd.io", "v2", "HelmRelease").expect("embedded");
        let violations = validate(schema, root);
        let mut places: Vec<_> = violations.iter().map(|violation| (violation.route.clone(), &violation.message)).collect();
        let faults = schema.check(&value);
        let mut expected: Vec<_> = faults.iter().map(|fault| (fault.route.clone(), &fault.message)).collect();
        places.sort();
        expected.sort();
        prop_assert_eq!(places, expected);
        for violation in &violations {
            prop_assert!(violation.span.end as usize <= text.len() && violation.route.find(root).is_some());
        }
    }
}
