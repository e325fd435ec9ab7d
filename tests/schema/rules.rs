//! The rules in CEL that definitions bring along.

use serde_json::{Value, json};
use treewright::schema::{Schema, kinds_in};

/// The schema of a kind `Cache` whose specification has these rules and this schema of `size`.
fn cache(rules: &Value, size: &Value) -> Schema {
    let spec = json!({
        "type": "object",
        "properties": {
            "size": size, "most": {"type": "integer", "default": 10}, "note": {"type": "string"},
            "rings": {"type": "array", "items": {"type": "object", "properties": {"name": {"type": "string"}},
                "x-kubernetes-validations": [{"rule": "self.name.startsWith('ring-')", "fieldPath": ".name"}]}}
        },
        "x-kubernetes-validations": rules
    });
    let definition = json!({
        "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "metadata": {"name": "caches.example.org"},
        "spec": {"group": "example.org", "names": {"kind": "Cache", "plural": "caches"}, "versions": [{
            "name": "v1", "schema": {"openAPIV3Schema": {"type": "object", "properties": {"spec": spec}}}
        }]}
    });
    kinds_in(&definition).expect("a definition").remove(0).schema
}

fn said(schema: &Schema, spec: &Value) -> Vec<String> {
    let object = json!({"apiVersion": "example.org/v1", "kind": "Cache", "metadata": {"name": "one"}, "spec": spec});
    schema.check(&object).into_iter().map(|fault| format!("{}: {}", fault.route, fault.message)).collect()
}

fn size_below_most() -> Schema {
    let rule = json!([{"rule": "self.size <= self.most", "message": "size must not be above most."}]);
    cache(&rule, &json!({"type": "integer"}))
}

#[test]
fn a_rule_is_evaluated_with_defaults_and_blames_its_mapping() {
    let schema = size_below_most();
    assert!(said(&schema, &json!({"size": 10})).is_empty(), "the default of `most` is 10");
    let expected = ["/spec: `spec` of Cache breaks a rule of its definition: size must not be above most"];
    assert_eq!(said(&schema, &json!({"size": 11})), expected);
    assert!(said(&schema, &json!({"size": 11, "most": 11})).is_empty());
    let fault = &schema.check(&json!({"apiVersion": "a/v1", "kind": "Cache", "metadata": {}, "spec": {"size": 11}}))[0];
    assert_eq!(fault.clone().without_value().message, "`spec` of Cache breaks a rule of its definition");
}

#[test]
fn a_rule_may_blame_a_field_in_an_item() {
    let rings = json!({"size": 1, "rings": [{"name": "ring-a"}, {"name": "b"}]});
    let expected = ["/spec/rings/1/name: `spec.rings[1].name` of Cache breaks a rule of its definition"];
    assert_eq!(said(&size_below_most(), &rings), expected);
}

#[test]
fn what_does_not_fit_the_schema_is_not_asked_for_rules() {
    let expected = ["/spec/size: `spec.size` of Cache must be an integer, not the text \"much\""];
    assert_eq!(said(&size_below_most(), &json!({"size": "much"})), expected);
}

#[test]
fn values_that_are_not_known_yet_break_no_rule() {
    let rule = json!([{"rule": "self.note.startsWith('a')"}]);
    let schema = cache(&rule, &json!({"type": "integer"}));
    assert_eq!(said(&schema, &json!({"note": "b"})).len(), 1);
    assert!(said(&schema, &json!({"note": "${NOTE}"})).is_empty());
    assert!(said(&schema, &json!({"note": "b", "rings": [{"name": "ring-${RING}"}]})).is_empty());
}

#[test]
fn rules_that_cannot_be_read_or_look_at_the_past_are_passed_over() {
    let deep = format!("{}true{}", "(".repeat(100_000), ")".repeat(100_000));
    let long = "!".repeat(100_000);
    let rules = json!([
        {"rule": "self.size <=", "message": "no"}, {"rule": "self.size == oldSelf.size", "message": "no"},
        {"rule": "unheard(self.size)", "message": "no"}, {"rule": "self.nothing == 1", "message": "no"},
        {"rule": deep}, {"rule": long}, {"rule": 5}, {}, 7
    ]);
    assert!(said(&cache(&rules, &json!({"type": "integer"})), &json!({"size": 1})).is_empty());
}

#[test]
fn loops_within_loops_within_loops_are_passed_over() {
    let rings = json!({"rings": [{"name": "ring-a"}, {"name": "ring-a"}]});
    let twice = "self.rings.all(a, self.rings.exists_one(b, a.name == b.name))";
    let thrice = "self.rings.all(a, self.rings.all(b, self.rings.all(c, a.name != b.name || b.name != c.name)))";
    let found = |rule: &str| said(&cache(&json!([{"rule": rule}]), &json!({"type": "integer"})), &rings);
    assert_eq!(found(twice), ["/spec: `spec` of Cache breaks a rule of its definition"]);
    assert!(found(thrice).is_empty());
}
