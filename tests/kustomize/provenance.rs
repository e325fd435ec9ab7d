//! Every object and every value of a result knows where it was written.

use treewright::{
    kustomize::{Options, Provenance},
    yaml::Value,
};

use super::{config_map, session};

const KUSTOMIZATION: &str = "namespace: shop
resources:
  - several.yaml
commonLabels:
  app: cart
images:
  - name: nginx
    newTag: new
patches:
  - path: patch.yaml
  - patch: |-
      apiVersion: v1
      kind: Pod
      metadata: {name: pod}
      spec:
        hostname: inline
configMapGenerator:
  - name: made
    literals: [a=b]
    files: [notes.txt]
";

#[test]
fn values_name_the_line_that_set_them() {
    let several = format!(
        "{}---\napiVersion: v1\nkind: Pod\nmetadata:\n  name: pod\nspec:\n  containers:\n    - name: a\n      image: nginx:old\n",
        config_map("first")
    );
    let patch = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: pod\nspec:\n  nodeName: patched\n";
    let files = [
        ("kustomization.yaml", KUSTOMIZATION),
        ("several.yaml", &*several),
        ("patch.yaml", patch),
        ("notes.txt", "text\n"),
    ];
    let session = session(&files, Options::default());
    let build = session.build(&super::path("")).expect("builds");
    let place = |value: &Value| {
        let label = session.label(value.origin, "").expect("written somewhere");
        let text = session.text_of(value.origin.file).expect("a text");
        format!("{}:{}", label.path, text.position(label.span.start).line)
    };
    let object = |name: &str| {
        let named = |id: &str| id == name || id.starts_with(&format!("{name}-"));
        build.resources.iter().find(|resource| named(&resource.id().name)).expect(name)
    };
    let at = |name: &str, keys: &[&str]| place(object(name).value().pointer(keys).expect("there"));
    assert_eq!(at("pod", &["metadata", "name"]), "several.yaml:9");
    assert_eq!(at("pod", &["metadata", "namespace"]), "kustomization.yaml:1");
    assert_eq!(at("pod", &["metadata", "labels", "app"]), "kustomization.yaml:5");
    assert_eq!(at("pod", &["spec", "nodeName"]), "patch.yaml:6");
    assert_eq!(at("pod", &["spec", "hostname"]), "kustomization.yaml:16");
    let image = object("pod").value().pointer(&["spec", "containers"]).and_then(Value::as_sequence).expect("a list");
    assert_eq!(place(image[0].get("image").expect("an image")), "kustomization.yaml:7");
    assert_eq!(at("made", &["data", "a"]), "kustomization.yaml:19");
    assert_eq!(at("made", &["data", "notes.txt"]), "notes.txt:1");
    let Provenance::Document { origin, index } = object("pod").provenance() else { panic!("the pod is written") };
    assert_eq!((session.path_of(origin.file), index), (Some(super::path("several.yaml")), 1));
    assert!(matches!(object("made").provenance(), Provenance::Generated { .. }));
}
