//! Where `configurations`, `crds`, `openapi` and keys of patches are wrong.

use super::{config_map, errors::failure};

fn configured(config: &str) -> String {
    failure(&[
        ("kustomization.yaml", "namePrefix: a-\nresources: [a.yaml]\nconfigurations: [config.yaml]\n"),
        ("a.yaml", &config_map("a")),
        ("config.yaml", config),
    ])
}

#[test]
fn a_configuration_with_an_unknown_field() {
    insta::assert_snapshot!(configured("namoPrefix:\n- path: a\n"), @r"
    kustomize/invalid-kustomization: invalid Kustomization: unknown field `namoPrefix` in the transformer configuration
      at config.yaml:1:1 «namoPrefix»
      via kustomization.yaml:3:18 «config.yaml» listed here
      help: did you mean `namePrefix`?
    ");
    insta::assert_snapshot!(configured("namePrefix:\n- {path: a, creat: true}\n"), @r"
    kustomize/invalid-kustomization: invalid Kustomization: unknown field `creat` in namePrefix
      at config.yaml:2:13 «creat»
      via kustomization.yaml:3:18 «config.yaml» listed here
      help: did you mean `create`?
    ");
}

#[test]
fn field_specs_that_do_not_agree() {
    insta::assert_snapshot!(configured("namePrefix:\n- {path: metadata/name, create: true}\n"), @r"
    kustomize/invalid-kustomization: conflicting field specs in `namePrefix`: `metadata/name` is there with another `create`
      at kustomization.yaml:3:18 «config.yaml»
      help: say the same of `create`, or leave the spec out: what is there already holds
    ");
}

#[test]
fn a_configuration_that_is_not_there() {
    let kustomization = "configurations: [confg.yaml]\n";
    insta::assert_snapshot!(failure(&[("kustomization.yaml", kustomization), ("config.yaml", "{}\n")]), @r"
    kustomize/missing-resource: `confg.yaml` does not exist
      at kustomization.yaml:1:18 «confg.yaml»
      help: did you mean `config.yaml`?
    ");
}

#[test]
fn a_custom_resource_definition_among_the_crds() {
    let text = "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\n";
    insta::assert_snapshot!(failure(&[("kustomization.yaml", "crds: [crd.yaml]\n"), ("crd.yaml", text)]), @r"
    kustomize/invalid-kustomization: `apiVersion` must be a definition with a `Schema`
      at crd.yaml:1:13 «»
      via kustomization.yaml:1:8 «crd.yaml» listed here
      help: `crds` lists OpenAPI definitions by the names of their types; list a CustomResourceDefinition under `resources`
    ");
}

#[test]
fn schemas_that_cannot_be_chosen() {
    let chosen = |openapi: &str, schema: &str| {
        failure(&[("kustomization.yaml", &format!("openapi: {openapi}\n")), ("schema.yaml", schema)])
    };
    insta::assert_snapshot!(chosen("{version: v1.20.4}", "{}"), @r"
    kustomize/invalid-kustomization: the specified OpenAPI version is not built in
      at kustomization.yaml:1:20 «v1.20.4»
      help: `v1.21.2` is; it holds without being named too
    ");
    insta::assert_snapshot!(chosen("{version: v1.21.2, path: schema.yaml}", "{}"), @r"
    kustomize/invalid-kustomization: `openapi` names both a built-in `version` and a `path`; it can use only one
      at kustomization.yaml:1:20 «v1.21.2»
    ");
    insta::assert_snapshot!(chosen("{path: schema.yml}", "{}"), @r"
    kustomize/missing-resource: `schema.yml` does not exist
      at kustomization.yaml:1:17 «schema.yml»
      help: did you mean `schema.yaml`?
    ");
    insta::assert_snapshot!(chosen("{path: schema.yaml}", "- a\n"), @r"
    kustomize/invalid-kustomization: invalid schema file: it must be an OpenAPI document with `definitions`
      at schema.yaml:1:1 «- a»
      via kustomization.yaml:1:17 «schema.yaml» listed here
    ");
}

#[test]
fn a_key_that_is_no_string_and_meets_none() {
    let patch = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {6443: text}\n";
    insta::assert_snapshot!(failure(&[
        ("kustomization.yaml", "resources: [a.yaml]\npatches: [{path: patch.yaml}]\n"),
        ("a.yaml", &config_map("a")),
        ("patch.yaml", patch),
    ]), @r"
    kustomize/patch-fails: the key `6443` is not a string at `/`
      at patch.yaml:4:14 «text»
    ");
}
