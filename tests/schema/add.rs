//! `schema add`: what a repository keeps, and what is refused.

use std::fs;

use treewright::{
    manifest::AddedSchemas,
    schema::{Catalogue, validate},
    source::WorkTree,
    text::SourceText,
    yaml::Stream,
};

use crate::environment::Environment;

const DEFINITION: &str = "\
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: things.example.org
spec:
  group: example.org
  names: {kind: Thing, plural: things}
  scope: Namespaced
  versions:
    - name: v1
      served: true
      storage: true
      schema:
        openAPIV3Schema:
          type: object
          properties:
            spec:
              type: object
              required: [size]
              properties:
                size: {x-kubernetes-int-or-string: true, anyOf: [{type: integer}, {type: string}]}
                note: {type: string, nullable: true, pattern: '(?i)^a'}
                free: {type: object, x-kubernetes-preserve-unknown-fields: true, properties: {a: {type: integer}}}
";

#[test]
fn definitions_join_the_schemas_of_the_repository() {
    let environment = Environment::new();
    environment.write("crd.yaml", DEFINITION);
    let run = environment.treewright(&["schema", "add", "crd.yaml"]);
    let kept = ".treewright/schemas/kinds/example.org/v1/Thing.json";
    assert_eq!(
        (run.code, run.stdout.as_str()),
        (0, format!("example.org/v1/Thing: wrote {kept}\n").as_str()),
        "{}",
        run.stderr
    );
    let run = environment.treewright(&["schema", "add", "crd.yaml"]);
    assert_eq!((run.code, run.stdout.as_str()), (0, format!("example.org/v1/Thing: unchanged {kept}\n").as_str()));
    // What was kept can be added again: the folder of one repository to another.
    let run = environment.treewright(&["schema", "add", ".treewright/schemas/kinds"]);
    assert_eq!((run.code, run.stdout.as_str()), (0, format!("example.org/v1/Thing: unchanged {kept}\n").as_str()));
    let run = environment.treewright(&["schema", "list", "thing"]);
    assert_eq!(run.stdout, "example.org/v1  Thing  CustomResourceDefinition things.example.org\n");
    assert_eq!(environment.treewright(&["schema", "show", "example.org/v1/Thing"]).code, 0);

    let added = AddedSchemas::of_view(&WorkTree::new(&environment.work()).expect("a tree")).expect("a view");
    let catalogue = added.over(Catalogue::embedded());
    let schema = catalogue.lookup("example.org", "v1", "Thing").expect("added");
    let said = |text: &str| -> Vec<String> {
        let stream = Stream::parse(SourceText::new(text)).expect("YAML");
        let root = stream.documents().next().expect("a document").root();
        validate(schema, root).into_iter().map(|violation| violation.message).collect()
    };
    let head = "apiVersion: example.org/v1\nkind: Thing\nmetadata: {name: a, labels: {b: c}}\n";
    assert!(said(&format!("{head}spec: {{size: 1, note: null, free: {{a: 1, b: 2}}}}\nstatus: {{x: 1}}\n")).is_empty());
    assert_eq!(
        said(&format!("{head}spec: {{sise: 1}}\n")),
        ["`spec.size` of Thing is missing", "`sise` is not a field of Thing.spec; did you mean `size`?",]
    );
    assert!(catalogue.lookup("helm.toolkit.fluxcd.io", "v2", "HelmRelease").is_some(), "the embedded ones stay");
}

#[test]
fn dumps_folders_and_charts_can_be_added() {
    let environment = Environment::new();
    let indented: String = DEFINITION.lines().map(|line| format!("    {line}\n")).collect();
    let item = indented.replacen("    ", "  - ", 1);
    environment.write(
        "dump/crds.yaml",
        &format!("apiVersion: v1\nkind: List\nitems:\n  - {{apiVersion: v1, kind: Pod}}\n{item}"),
    );
    environment.write("dump/pod.yaml", "apiVersion: v1\nkind: Pod\n");
    environment.write("hub/Chart.yaml", "name: hub\nversion: 1.2.3\n");
    environment.write("hub/values.yaml", "a: 1\n");
    environment.write("hub/values.schema.json", "{\"type\": \"object\"}\n");
    let run = environment.treewright(&["schema", "add", "dump", "hub"]);
    let expected = "chart hub 1.2.3: wrote .treewright/schemas/charts/hub/1.2.3.json\n\
                    example.org/v1/Thing: wrote .treewright/schemas/kinds/example.org/v1/Thing.json\n";
    assert_eq!((run.code, run.stdout.as_str()), (0, expected), "{}", run.stderr);
    let kept = fs::read_to_string(environment.work().join(".treewright/schemas/charts/hub/1.2.3.json")).expect("kept");
    let json: serde_json::Value = serde_json::from_str(&kept).expect("JSON");
    let expected = serde_json::json!({"apiVersion": "", "name": "hub", "version": "1.2.3", "values": {"a": 1}, "schema": {"type": "object"}});
    assert_eq!(json, expected);
    assert_eq!(
        environment.treewright(&["schema", "list", "hub 1"]).stdout,
        "chart  hub 1.2.3  added to this repository\n"
    );
    assert_eq!(environment.treewright(&["schema", "show", "chart hub 1.2.3"]).stdout, "{\n  \"type\": \"object\"\n}\n");
}

#[test]
fn rubbish_is_refused_with_place_and_help() {
    let environment = Environment::new();
    environment.write("pod.yaml", "apiVersion: v1\nkind: Pod\n");
    environment.write("broken.yaml", "a: [1\n");
    environment.write(
        "half.yaml",
        "---\napiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nspec: {group: example.org}\n",
    );
    environment.write("chart.tgz", "no archive");
    environment.write("bare/Chart.yaml", "name: bare\nversion: 1.0.0\n");
    environment.write("evil.yaml", &DEFINITION.replace("kind: Thing", "kind: ../../Thing"));
    environment.write("wrong.yaml", &DEFINITION.replace("required: [size]", "required: size"));
    let wanted = |path: &str, words: &str| {
        let run = environment.treewright(&["schema", "add", path]);
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{path}");
        assert!(run.stderr.starts_with("error: ") && run.stderr.contains(words), "{path}: {}", run.stderr);
    };
    wanted("pod.yaml", "`pod.yaml` holds no schema\nhint: a CustomResourceDefinition, ");
    wanted("broken.yaml", "broken.yaml:1:");
    wanted("half.yaml", "half.yaml:2: the CustomResourceDefinition has no `spec.names.kind`");
    wanted("chart.tgz", "cannot add `chart.tgz`: it is no archive of a chart");
    wanted("bare", "the chart in `bare` has no values.schema.json");
    wanted("evil.yaml", "evil.yaml:1: its group, version or kind is no name that an object could have");
    wanted("wrong.yaml", "wrong.yaml:1: the schema of example.org/v1/Thing: ");
    wanted("nowhere.yaml", "cannot add `nowhere.yaml`");
    wanted("https://example.org/crd.yaml", "would need the network\nhint: download it first");
    assert!(!environment.work().join(".treewright").exists(), "nothing was written");
}
