//! `build --provenance`: whole outputs, one for each thing that changes objects.

use treewright::{kustomize::Options, source::Memory};

use super::{path, session};

const POD: &str = "apiVersion: v1
kind: Pod
metadata:
  name: pod
spec:
  containers:
  - image: nginx:1
    name: web
";

/// What is printed for `app`, a kustomization over a pod and what else there is.
fn explained(kustomization: &str, others: &[(&str, &str)]) -> String {
    let mut files = vec![("app/kustomization.yaml", kustomization), ("app/pod.yaml", POD)];
    files.extend(others);
    let session = session(&files, Options::default());
    let build = session.build(&path("app")).expect("builds");
    session.to_yaml_with_provenance(&build).expect("prints")
}

/// The pod with some lines changed or added, which stand in the order of the output.
fn pod(metadata: &str, spec: &str) -> String {
    format!("# app/pod.yaml, document 1\napiVersion: v1\nkind: Pod\nmetadata:\n{metadata}spec:\n{spec}")
}

const NAME: &str = "  name: pod\n";
const CONTAINERS: &str = "  containers:\n  - image: nginx:1\n    name: web\n";

#[test]
fn an_object_as_it_stands_has_one_comment() {
    assert_eq!(explained("resources: [pod.yaml]\n", &[]), pod(NAME, CONTAINERS));
}

#[test]
fn documents_are_counted() {
    let two = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: zero}\n---\n# nothing here\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: b}\n";
    assert_eq!(
        explained("resources: [two.yaml]\n", &[("app/two.yaml", two)]),
        "# app/two.yaml, document 3\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n---\n# app/two.yaml, document 4\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: b\n---\n# app/two.yaml, document 1\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: zero\n"
    );
}

#[test]
fn strategic_merge_patches() {
    let patch = "kind: Pod\napiVersion: v1\nmetadata: {name: pod}\nspec:\n  hostname: \"1\"\n  volumes: []\n  containers:\n    - name: web\n      command: [run, fast]\n";
    assert_eq!(
        explained("resources: [pod.yaml]\npatches: [{path: patch.yaml}]\n", &[("app/patch.yaml", patch)]),
        pod(
            NAME,
            "  containers:
  - command:
    - run # app/patch.yaml:9:17
    - fast # app/patch.yaml:9:22
    image: nginx:1
    name: web
  hostname: \"1\" # app/patch.yaml:5:13
  volumes: [] # app/patch.yaml:6:12
"
        )
    );
}

#[test]
fn texts_of_several_lines() {
    let long = "word ".repeat(30);
    let patch = format!(
        "kind: Pod\napiVersion: v1\nmetadata:\n  name: pod\n  annotations:\n    a: |\n      one\n      two\n    b: {}\n    c: |2\n       in\n",
        long.trim()
    );
    let folded = "word ".repeat(15);
    let rest = "word ".repeat(15);
    assert_eq!(
        explained("resources: [pod.yaml]\npatches: [{path: patch.yaml}]\n", &[("app/patch.yaml", &patch)]),
        pod(
            &format!(
                "  annotations:
    a: | # app/patch.yaml:6:8
      one
      two
    b: {}
      {} # app/patch.yaml:9:8
    c: |2 # app/patch.yaml:10:8
       in
  name: pod
",
                folded.trim(),
                rest.trim()
            ),
            CONTAINERS
        )
    );
}

#[test]
fn json_patches() {
    let kustomization = "resources: [pod.yaml]
patches:
  - target: {kind: Pod}
    patch: |
      - op: replace
        path: /spec/containers/0/image
        value: nginx:2
      - {op: add, path: /spec/nodeName, value: one}
";
    assert_eq!(
        explained(kustomization, &[]),
        pod(
            NAME,
            "  containers:
  - image: nginx:2 # app/kustomization.yaml:7:16
    name: web
  nodeName: one # app/kustomization.yaml:8:48
"
        )
    );
}

#[test]
fn names_and_namespaces() {
    assert_eq!(
        explained("resources: [pod.yaml]\nnamePrefix: a-\nnamespace: shop\n", &[]),
        pod(
            "  name: a-pod # app/kustomization.yaml:2:13\n  namespace: shop # app/kustomization.yaml:3:12\n",
            CONTAINERS
        )
    );
    assert_eq!(
        explained("resources: [pod.yaml]\nnameSuffix: -b\n", &[]),
        pod("  name: pod-b # app/kustomization.yaml:2:13\n", CONTAINERS)
    );
}

#[test]
fn labels_and_annotations() {
    let kustomization = "resources: [pod.yaml]
labels:
  - pairs:
      tier: web
commonLabels: {app: cart}
commonAnnotations:
  team: a
";
    assert_eq!(
        explained(kustomization, &[]),
        pod(
            "  annotations:
    team: a # app/kustomization.yaml:7:9
  labels:
    app: cart # app/kustomization.yaml:5:21
    tier: web # app/kustomization.yaml:4:13
  name: pod
",
            CONTAINERS
        )
    );
}

#[test]
fn images() {
    assert_eq!(
        explained("resources: [pod.yaml]\nimages:\n  - name: nginx\n    newTag: \"2\"\n", &[]),
        pod(NAME, "  containers:\n  - image: nginx:2 # app/kustomization.yaml:3:5\n    name: web\n")
    );
}

#[test]
fn replicas() {
    let deployment = "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: cart\n";
    assert_eq!(
        explained(
            "resources: [deployment.yaml]\nreplicas:\n- {name: cart, count: 3}\n",
            &[("app/deployment.yaml", deployment)]
        ),
        format!("# app/deployment.yaml, document 1\n{deployment}spec:\n  replicas: 3 # app/kustomization.yaml:3:3\n")
    );
}

#[test]
fn replacements() {
    let kustomization = "resources: [pod.yaml]
replacements:
  - source: {kind: Pod, fieldPath: metadata.name}
    targets:
      - select: {kind: Pod}
        fieldPaths:
          - spec.containers.0.name
  - path: replacement.yaml
";
    let file = "source: {kind: Pod, fieldPath: kind}\ntargets:\n  - select: {kind: Pod}\n    fieldPaths: [spec.hostname]\n    options: {create: true}\n";
    assert_eq!(
        explained(kustomization, &[("app/replacement.yaml", file)]),
        pod(
            NAME,
            "  containers:
  - image: nginx:1
    name: pod # app/kustomization.yaml:7:13
  hostname: Pod # app/replacement.yaml:4:18
"
        )
    );
}

#[test]
fn variables() {
    let kustomization = "resources: [own.yaml]
vars:
  - name: NAME
    objref: {apiVersion: v1, kind: Pod, name: own}
";
    let own =
        "apiVersion: v1\nkind: Pod\nmetadata:\n  name: own\nspec:\n  containers:\n  - args:\n    - --name=$(NAME)\n";
    assert_eq!(
        explained(kustomization, &[("app/own.yaml", own)]),
        "# app/own.yaml, document 1\n".to_owned() + &own.replace("$(NAME)", "own # app/kustomization.yaml:3:5")
    );
}

#[test]
fn generators_and_references_to_their_hashes() {
    let kustomization = "resources: [user.yaml]
configMapGenerator:
  - name: made
    literals:
      - a=b
    files:
      - notes.txt
    envs:
      - some.env
secretGenerator:
  - name: token
    options: {labels: {app: cart}}
    files: [notes.txt]
";
    let user = "apiVersion: v1
kind: Pod
metadata:
  name: user
spec:
  volumes:
  - configMap:
      name: made
    name: v
";
    let printed = explained(
        kustomization,
        &[("app/user.yaml", user), ("app/notes.txt", "one\ntwo\n"), ("app/some.env", "# none\nX=1\nY=2\n")],
    );
    let hash = |prefix: &str| {
        let at = printed.find(prefix).expect("the name") + prefix.len();
        printed[at..at + 10].to_owned()
    };
    let (made, token) = (hash("made-"), hash("token-"));
    let expected = format!(
        "# app/user.yaml, document 1
apiVersion: v1
kind: Pod
metadata:
  name: user
spec:
  volumes:
  - configMap:
      name: made-{made} # app/kustomization.yaml:3:5
    name: v
---
# generated by app/kustomization.yaml:3:5
apiVersion: v1
data:
  X: \"1\" # app/some.env:2:1
  \"Y\": \"2\" # app/some.env:3:1
  a: b
  notes.txt: | # app/notes.txt:1:1
    one
    two
kind: ConfigMap
metadata:
  name: made-{made}
---
# generated by app/kustomization.yaml:11:5
apiVersion: v1
data:
  notes.txt: b25lCnR3bwo= # app/notes.txt:1:1
kind: Secret
metadata:
  labels:
    app: cart
  name: token-{token}
type: Opaque
"
    );
    let sorted = |text: &str| {
        let mut documents: Vec<String> = text.split("---\n").map(str::to_owned).collect();
        documents.sort();
        documents
    };
    assert_eq!(sorted(&printed), sorted(&expected));
}

#[test]
fn plugins_and_build_metadata() {
    let kustomization = "resources: [pod.yaml]
transformers: [annotate.yaml]
buildMetadata:
  - managedByLabel
  - originAnnotations
";
    let plugin = "apiVersion: builtin\nkind: AnnotationsTransformer\nmetadata: {name: a}\nannotations: {team: a}\nfieldSpecs: [{path: metadata/annotations, create: true}]\n";
    assert_eq!(
        explained(kustomization, &[("app/annotate.yaml", plugin)]),
        pod(
            "  annotations:
    config.kubernetes.io/origin: | # app/kustomization.yaml:5:5
      path: pod.yaml
    team: a # app/annotate.yaml:4:21
  labels:
    app.kubernetes.io/managed-by: kustomize-(devel) # app/kustomization.yaml:4:5
  name: pod
",
            CONTAINERS
        )
    );
}

#[test]
fn what_overlays_set_names_the_overlay() {
    let files = [
        ("base/kustomization.yaml", "resources: [pod.yaml]\nnamePrefix: base-\n"),
        ("base/pod.yaml", POD),
        ("over/kustomization.yaml", "resources: [../base]\nnamePrefix: over-\ncomponents: [../part]\n"),
        (
            "part/kustomization.yaml",
            "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\ncommonAnnotations: {part: \"1\"}\n",
        ),
    ];
    let session = session(&files, Options::default());
    let build = session.build(&path("over")).expect("builds");
    assert_eq!(
        session.to_yaml_with_provenance(&build).expect("prints"),
        "# base/pod.yaml, document 1\n".to_owned()
            + &POD.replace(
                "  name: pod\n",
                "  annotations:\n    part: \"1\" # part/kustomization.yaml:3:27\n  name: over-base-pod # over/kustomization.yaml:2:13\n"
            )
    );
    // A path of any shape stays in its line.
    let mut odd = Memory::new();
    odd.insert(path("a\n# b/kustomization.yaml"), "resources: [pod.yaml]\n");
    odd.insert(path("a\n# b/pod.yaml"), POD);
    let session = treewright::kustomize::Session::new(std::sync::Arc::new(odd), Options::default());
    let build = session.build(&path("a\n# b")).expect("builds");
    let text = session.to_yaml_with_provenance(&build).expect("prints");
    assert!(text.starts_with("# a\\n# b/pod.yaml, document 1\n"), "{text}");
}
