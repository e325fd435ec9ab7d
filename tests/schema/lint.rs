//! Where schemas come from when a repository is linted, and what becomes of broken ones.

use std::collections::BTreeSet;

use treewright::{
    manifest::{ObjectId, removed_api},
    schema::Catalogue,
};

use crate::environment::Environment;

/// A definition of `Backup` whose `spec` has one field, of this name and type.
fn definition(field: &str, kind: &str) -> String {
    format!(
        "apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: backups.example.org
spec:
  group: example.org
  names:
    kind: Backup
    plural: backups
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
              properties:
                {field}:
                  type: {kind}
"
    )
}

const BACKUP: &str = "\
apiVersion: example.org/v1
kind: Backup
metadata:
  name: nightly
  namespace: default
spec:
  keep: many
";

fn lint(environment: &Environment, arguments: &[&str]) -> String {
    let run = environment
        .treewright(&[&["lint", "--select", "kubernetes/schema-violation", "--format", "concise"], arguments].concat());
    assert!(run.code < 2, "{}", run.stderr);
    run.stdout
}

const NO_NUMBER: &str = "backup.yaml:7:9: error[kubernetes/schema-violation]: `spec.keep` of Backup must be an integer, not the text \"many\"\n";
const NO_FIELD: &str = "backup.yaml:7:3: error[kubernetes/schema-violation]: `keep` is not a field of Backup.spec\n";

#[test]
fn the_schema_that_is_named_wins_over_the_one_that_is_kept() {
    let environment = Environment::new();
    environment.write("backup.yaml", BACKUP);
    assert_eq!(lint(&environment, &[]), "", "nobody knows the kind");
    environment.write("../kept.yaml", &definition("keep", "integer"));
    assert_eq!(environment.treewright(&["schema", "add", "../kept.yaml"]).code, 0);
    assert_eq!(lint(&environment, &[]), NO_NUMBER, "what `schema add` keeps counts");
    environment.write("../crds/backup.yaml", &definition("weeks", "integer"));
    assert_eq!(lint(&environment, &["--crd-dir", "../crds"]), NO_FIELD, "the folder wins");
    environment.write("lying/about.yaml", &definition("keep", "string"));
    assert_eq!(lint(&environment, &[]), "", "a definition in the repository wins over what is kept");
    environment.write("other/backup.yaml", &definition("weeks", "integer"));
    environment.write("treewright.toml", "crds = [\"other\"]\n");
    assert_eq!(lint(&environment, &[]), NO_FIELD, "the folder that the configuration names wins over other files");
}

#[test]
fn a_required_field_with_a_default_may_be_left_out() {
    let environment = Environment::new();
    environment.write("backup.yaml", &BACKUP.replace("keep: many", "keep: 3"));
    let required = definition("weeks", "integer").replace("properties:\n                weeks", "required: [weeks, keep]\n              properties:\n                keep: {type: integer}\n                weeks");
    environment.write("crd.yaml", &required);
    let missing = "backup.yaml:6:1: error[kubernetes/schema-violation]: `spec.weeks` of Backup is missing\n";
    assert_eq!(lint(&environment, &[]), missing);
    environment.write("crd.yaml", &format!("{required}                  default: 4\n"));
    assert_eq!(lint(&environment, &[]), "", "the API server fills it in");
}

#[test]
fn a_folder_without_definitions_is_refused() {
    let environment = Environment::new();
    environment.write("../empty/pod.yaml", BACKUP);
    for folder in ["../empty", "../nowhere"] {
        let run = environment.treewright(&["lint", "--crd-dir", folder]);
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{folder}");
        let start = format!("error: cannot read the definitions in `{folder}`: ");
        assert!(run.stderr.starts_with(&start), "{}", run.stderr);
    }
}

#[test]
fn a_broken_schema_is_a_finding_and_the_rest_is_linted() {
    let environment = Environment::new();
    environment.write("crd.yaml", &definition("keep", "intger"));
    environment.write("backup.yaml", BACKUP);
    environment.write(".treewright/schemas/kinds/example.org/v1/Other.json", "{\"x-kubernetes-group");
    environment.write("pod.yaml", "apiVersion: v1\nkind: Pod\nmetadata: {name: one}\nspec: {}\n");
    let found = lint(&environment, &[]);
    let starts = [
        ".treewright/schemas/kinds/example.org/v1/Other.json:1:1: error[kubernetes/schema-violation]: this schema cannot be used: ",
        "crd.yaml:23:25: error[kubernetes/schema-violation]: `spec.versions[0].schema.openAPIV3Schema.properties.spec.properties.keep.type` of CustomResourceDefinition must be ",
        "pod.yaml:4:1: error[kubernetes/schema-violation]: `spec.containers` of Pod is missing",
    ];
    let lines: Vec<&str> = found.lines().collect();
    assert_eq!(lines.len(), starts.len(), "{found}");
    for (line, start) in lines.iter().zip(starts) {
        assert!(line.starts_with(start), "{line}\n{start}");
    }
}

/// What vanishes from one version of Kubernetes to the next is known to be removed since then, and its successor is there.
#[test]
fn the_table_of_removed_versions_says_what_the_schemas_prove() {
    let kinds = |minor| -> BTreeSet<(String, String, String)> {
        let rows = Catalogue::of_kubernetes(minor).list().filter(|row| row.source.starts_with("Kubernetes "));
        rows.map(|row| (row.group.clone(), row.version.clone(), row.kind.clone())).collect()
    };
    let id = |(group, version, kind): &(String, String, String)| ObjectId {
        group: group.as_str().into(),
        version: version.as_str().into(),
        kind: kind.as_str().into(),
        namespace: None,
        name: "x".into(),
    };
    let mut gone = 0;
    for minor in 34..=37 {
        for kind in kinds(minor - 1).difference(&kinds(minor)) {
            let api = removed_api(&id(kind)).unwrap_or_else(|| panic!("{kind:?} is gone since 1.{minor}"));
            assert_eq!(api.kubernetes_minor(), Some(minor), "{kind:?}");
            let successor = api.successor.expect("there is one");
            let schema = Catalogue::of_kubernetes(minor).lookup_api_version(successor, &kind.2);
            assert!(schema.is_some(), "{successor} {}", kind.2);
            gone += 1;
        }
    }
    assert_eq!(gone, 16);
    for kind in kinds(37) {
        assert!(removed_api(&id(&kind)).is_none(), "{kind:?} is served");
    }
}

#[test]
fn a_version_is_removed_only_where_the_clusters_are_new_enough() {
    let environment = Environment::new();
    environment.write(
        "range.yaml",
        "apiVersion: networking.k8s.io/v1beta1\nkind: ServiceCIDR\nmetadata:\n  name: more\nspec:\n  cidrs: [10.0.0.0/16]\n",
    );
    let lint = || environment.treewright(&["lint", "--select", "kubernetes", "--format", "concise"]).stdout;
    let removed = "range.yaml:1:13: error[kubernetes/removed-api]: `networking.k8s.io/v1beta1` of ServiceCIDR is not served any more\n";
    assert_eq!(lint(), removed.replace("error", "warning"), "the clusters may be older");
    environment.write("treewright.toml", "kubernetes-version = \"1.36\"\n");
    assert_eq!(lint(), "");
    environment.write("treewright.toml", "kubernetes-version = \"1.37\"\n");
    assert_eq!(lint(), removed);
}
