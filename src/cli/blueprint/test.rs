//! `treewright blueprint test`.

use std::path::Path;

use crate::{
    blueprint::{Blueprint, Case, CaseFailure, Engine},
    change::ChangeSet,
    cli::{
        error::{CliError, Exit},
        new,
        terminal::{self, Terminal},
    },
    source::{Plan, WorkTree, write},
};

/// Runs the tests of a blueprint.
pub(super) fn run(blueprint: &Blueprint, terminal: &Terminal) -> Result<Exit, CliError> {
    let mut failed = 0;
    let cases = blueprint.cases();
    for case in &cases {
        let name = title(case);
        match blueprint.run_case(case) {
            Ok(()) => terminal::print(&format!("ok      {name}\n"))?,
            Err(CaseFailure::Refused(problems)) => {
                terminal::print(&format!("FAILED  {name}: no tree\n"))?;
                new::show(&problems, terminal);
                failed += 1;
            }
            Err(CaseFailure::Differs(diff)) => {
                terminal::print(&format!("FAILED  {name}: another tree\n{diff}"))?;
                failed += 1;
            }
        }
    }
    if cases.is_empty() {
        terminal::say("no tests: write tests/<case>/answers.yaml, then run this with --accept");
    }
    if failed == 0 {
        return Ok(Exit::Clean);
    }
    terminal::say(&format!(
        "{failed} of {} tests failed; --accept takes the trees of now as the expected ones",
        cases.len()
    ));
    Ok(Exit::Findings)
}

/// Writes the trees of now as the expected ones. `folder` is that of the blueprint.
pub(super) fn accept(
    blueprint: &Blueprint,
    folder: &Path,
    engine: Option<Engine>,
    terminal: &Terminal,
) -> Result<Exit, CliError> {
    let broken = |error: std::io::Error| CliError::new(format!("cannot read `{}`: {error}", folder.display()));
    let root = folder.canonicalize().map_err(broken)?;
    let mut cases = blueprint.cases();
    let engines = engine.map_or_else(|| blueprint.manifest.engines.clone(), |engine| vec![engine]);
    for name in blueprint.examples() {
        let is_new = !cases.iter().any(|case| case.name == name);
        let wanted = engines.iter().filter(|_| is_new || engine.is_some());
        cases.extend(wanted.map(|engine| Case { name: name.clone(), engine: *engine }));
    }
    let mut changes = ChangeSet::new();
    let mut refused = false;
    for case in &cases {
        match blueprint.accepted(case) {
            Ok(accepted) => {
                let overlap = |_| CliError::new(format!("the trees of {} overlap", title(case)));
                changes.merge(&accepted).map_err(overlap)?;
            }
            Err(problems) => {
                new::show(&problems, terminal);
                terminal::say(&format!("{} gives no tree; what was expected stays", title(case)));
                refused = true;
            }
        }
    }
    let view = WorkTree::new(&root).map_err(broken)?;
    let plan = Plan::new(&changes, &view)?;
    write::apply(&root, &plan)?;
    let lines: String = plan.paths().map(|path| format!("wrote {path}\n")).collect();
    terminal::print(&lines)?;
    Ok(if refused { Exit::Findings } else { Exit::Clean })
}

fn title(case: &Case) -> String {
    format!("{} for {}", case.name, case.engine.as_str())
}
