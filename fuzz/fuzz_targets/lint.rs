//! Lints whatever repository the fuzzer writes; no rule may panic.
#![no_main]

mod tree;

use std::sync::Arc;

use libfuzzer_sys::fuzz_target;
use treewright::{
    lint::{Options, lint},
    project::Project,
};

fuzz_target!(|data: &[u8]| {
    let Ok(project) = Project::open(Arc::new(tree::tree(data))) else { return };
    for finding in lint(&project, &Options::default()).findings {
        assert!(finding.rule != "repo/rule-failed", "{finding:?}");
    }
});
