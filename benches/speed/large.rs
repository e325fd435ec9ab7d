//! One kustomization of thousands of objects with a patch on each, a prefix, labels and a generator: how the time grows, and what kubectl needs for it.

use std::{fmt::Write as _, fs, path::Path};

use crate::measure::{has_kubectl, line, median_of, mega, once, peak_memory, ratio, run as run_program};

/// Builds 5,000 and 50,000 objects.
pub fn run() {
    println!("one kustomization with a patch on each object, a prefix, labels and a generator");
    let treewright = env!("CARGO_BIN_EXE_treewright");
    let folder = tempfile::tempdir().expect("a temporary folder");
    let [small, large] = [5_000, 50_000].map(|count| {
        let directory = folder.path().join(count.to_string());
        make(&directory, count);
        let time = median_of(5, || run_program(treewright, &["build", "."], &directory));
        let memory = peak_memory(treewright, &["build", "."], &directory);
        line(
            &format!("{count} objects"),
            time,
            &memory.map_or(String::new(), |bytes| format!("{:.0} MB", mega(bytes))),
        );
        time
    });
    println!("  ten times the objects take {:.1} × the time (aim: 11)", ratio(large, small));
    if std::env::var_os("TREEWRIGHT_PATIENT").is_none() || !has_kubectl() {
        println!("skipped: kubectl on 5000 objects takes most of a minute; TREEWRIGHT_PATIENT=1 asks for it");
        return;
    }
    let directory = folder.path().join("5000");
    let theirs = once(|| run_program("kubectl", &["kustomize", "."], &directory));
    let memory = peak_memory("kubectl", &["kustomize", "."], &directory);
    let memory = memory.map_or(String::new(), |bytes| format!(", {:.0} MB", mega(bytes)));
    line("kubectl, 5000 objects", theirs, &format!("{:.0} × our time (aim: 200){memory}", ratio(theirs, small)));
}

fn make(directory: &Path, count: usize) {
    let (mut objects, mut patches) = (String::new(), String::new());
    for number in 0..count {
        let _ = write!(
            objects,
            "---\napiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: app-{number}\n  labels: {{app: app-{number}}}\nspec:\n  \
             selector:\n    matchLabels: {{app: app-{number}}}\n  template:\n    metadata:\n      labels: {{app: app-{number}}}\n    spec:\n      \
             containers:\n        - name: app\n          image: registry.example.org/app:{number}\n          envFrom:\n            \
             - configMapRef: {{name: settings}}\n"
        );
        let _ = write!(
            patches,
            "---\napiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: app-{number}\nspec:\n  replicas: 3\n  template:\n    spec:\n      \
             containers:\n        - name: app\n          resources: {{limits: {{memory: 64Mi}}}}\n"
        );
    }
    fs::create_dir_all(directory).expect("can be made");
    let kustomization = "resources: [objects.yaml]\nnamePrefix: site-\ncommonLabels: {team: platform}\npatches: [{path: patches.yaml}]\n\
                         configMapGenerator:\n  - name: settings\n    literals: [level=info]\n";
    for (name, text) in
        [("objects.yaml", objects.as_str()), ("patches.yaml", &patches), ("kustomization.yaml", kustomization)]
    {
        fs::write(directory.join(name), text).expect("can be written");
    }
}
