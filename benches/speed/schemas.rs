//! Checking every object of a repository against its schema, beside kubeconform.
//!
//! Both read the same schemas: ours are written out for kubeconform, which then needs no network. Both are started anew for each round, in turn.

use std::{
    fs,
    path::Path,
    process::{Command, Stdio},
    time::Duration,
};

use treewright::schema::Catalogue;

use crate::{
    measure::{line, once, ratio, run as run_program},
    repositories::Repository,
};

const ROUNDS: usize = 5;

/// Checks one repository with both.
pub fn run(repository: &Repository) {
    let version = Command::new("kubeconform").arg("-v").stdout(Stdio::null()).stderr(Stdio::null()).status();
    if version.is_err() {
        println!("skipped: kubeconform is not installed, so there is no peer for schemas");
        return;
    }
    let folder = tempfile::tempdir().expect("a temporary folder");
    write_schemas(folder.path());
    let location =
        format!("{}/{{{{.Group}}}}/{{{{.ResourceAPIVersion}}}}/{{{{.ResourceKind}}}}.json", folder.path().display());
    let files: Vec<String> = repository.files.iter().map(|path| path.display().to_string()).collect();
    let mut peer = vec!["-strict", "-ignore-missing-schemas", "-n", "2", "-schema-location", location.as_str()];
    peer.extend(files.iter().map(String::as_str));
    let treewright = env!("CARGO_BIN_EXE_treewright");
    let (mut ours, mut theirs, mut all) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        theirs.push(once(|| run_program("kubeconform", &peer, &repository.root)));
        ours.push(once(|| {
            run_program(treewright, &["lint", "--select", "kubernetes/schema-violation"], &repository.root);
        }));
        all.push(once(|| run_program(treewright, &["lint"], &repository.root)));
    }
    let [ours, theirs, all] = [ours, theirs, all].map(middle);
    println!("{}: {} files against schemas", repository.name, files.len());
    line("lint, this rule alone", ours, "");
    line("lint, all rules", all, "");
    line(
        "kubeconform",
        theirs,
        &format!("{:.1} × our time, {:.1} × with all rules", ratio(theirs, ours), ratio(theirs, all)),
    );
}

fn middle(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times.get(times.len() / 2).copied().unwrap_or_default()
}

/// Writes all schemas, as kubeconform looks for them: kinds in small letters.
fn write_schemas(folder: &Path) {
    let catalogue = Catalogue::embedded();
    for row in catalogue.list() {
        let Some(schema) = catalogue.lookup(&row.group, &row.version, &row.kind) else { continue };
        let folder = folder.join(&row.group).join(&row.version);
        fs::create_dir_all(&folder).expect("a folder can be made");
        let path = folder.join(format!("{}.json", row.kind.to_lowercase()));
        fs::write(path, schema.as_json().to_string()).expect("a schema can be written");
    }
}
