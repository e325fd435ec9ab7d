//! Builds whatever kustomization the fuzzer writes, strictly and leniently; both must end without a panic, and what is printed must be YAML again.
#![no_main]

mod tree;

use std::sync::Arc;

use libfuzzer_sys::fuzz_target;
use treewright::{
    kustomize::{Options, Session},
    path::RepoPath,
    source::SourceView,
    text::SourceText,
    yaml::Stream,
};

fuzz_target!(|data: &[u8]| {
    let view: Arc<dyn SourceView> = Arc::new(tree::tree(data));
    for options in [Options::default(), Options::lenient()] {
        let session = Session::new(Arc::clone(&view), options);
        let Ok(build) = session.build(&RepoPath::root()) else { continue };
        for problem in &build.problems {
            let _ = problem.to_string();
        }
        if let Ok(text) = build.to_yaml() {
            let parsed = Stream::parse(SourceText::new(text.as_str()));
            assert!(parsed.is_ok(), "{parsed:?} of\n{text}");
        }
    }
});
