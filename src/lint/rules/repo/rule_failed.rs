//! `repo/rule-failed`: a rule that broke down instead of giving an answer.

use crate::{
    diagnostic::Severity,
    lint::{Check, Rule},
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "repo/rule-failed",
    severity: Severity::Error,
    pedantic: false,
    summary: "a rule broke down while it looked at something",
    docs: DOCS,
    fix: None,
    check: Check::Engine,
};

const DOCS: &str = "\
This is a fault of treewright, not of the repository: a rule met something that it was not written for. All other rules have run, and so has this one on everything
else, but nobody knows what it would have said here. That is why the finding is an error, and is shown even where only other rules are selected.

Please report it, with the file that the finding names. Until it is mended, `--ignore` with the id of the rule that failed leaves that rule out.
";
