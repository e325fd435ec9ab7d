//! Which rules run, how much their findings count, and which findings are known.
//!
//! Owns how the configuration and the command line go together. Must not know any particular rule.

use super::{Rule, baseline::Baseline, catalogue};
use crate::{
    cluster,
    config::{self, Config, Level, Lint, Name},
    diagnostic::{Diagnostic, Label, Severity},
    path::RepoPath,
    source::SourceView,
    text::Span,
};

/// How to lint.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Ids or groups to run; the default set if empty.
    pub select: Vec<String>,
    /// Ids or groups to run on top of that.
    pub extend: Vec<String>,
    /// Ids or groups to leave out.
    pub ignore: Vec<String>,
    /// The repository's configuration.
    pub config: Config,
    /// What is known about the clusters besides the files.
    pub known: cluster::Options,
    /// The findings that are known: the file, its text and what it says.
    pub baseline: Option<(RepoPath, String, Baseline)>,
}

impl Options {
    /// What the `treewright.toml` of a view says about linting it. Fails with a finding at the place of the fault.
    pub fn of_view(view: &dyn SourceView) -> Result<Self, Box<Diagnostic>> {
        let config = config::load(view)?;
        check_names(&config.lint)?;
        let names = |names: &[Name]| names.iter().map(|name| name.text.to_string()).collect();
        Ok(Self {
            select: names(&config.lint.select),
            extend: names(&config.lint.extend),
            ignore: names(&config.lint.ignore),
            baseline: None,
            known: cluster::Options::of(&config),
            config,
        })
    }

    /// Takes the findings in the baseline that the configuration names as known, if it names one.
    pub fn know_configured(&mut self, view: &dyn SourceView) -> Result<(), Box<Diagnostic>> {
        self.config.lint.baseline.clone().map_or(Ok(()), |path| self.know(view, &path))
    }

    /// Takes the findings in the baseline at a path as known.
    pub fn know(&mut self, view: &dyn SourceView, path: &RepoPath) -> Result<(), Box<Diagnostic>> {
        let text = view.read_file(path).map_err(|error| fault(path, error.to_string()))?;
        let missing =
            || Box::new(fault(path, "there is no baseline").with_help("`treewright lint --write-baseline` writes one"));
        let text = String::from_utf8_lossy(&text.ok_or_else(missing)?).into_owned();
        let baseline = Baseline::read(path, &text)?;
        self.baseline = Some((path.clone(), text, baseline));
        Ok(())
    }

    /// Whether a rule runs at all.
    pub fn runs(&self, rule: &Rule) -> bool {
        let named = |names: &[String]| names.iter().any(|name| covers(name, rule.id));
        // A group is its default rules; a pedantic rule is selected by its own name, or with everything there is.
        let selected = |name: &String| name == rule.id || name == "all" || (!rule.pedantic && covers(name, rule.id));
        let is_wanted = if self.select.is_empty() { !rule.pedantic } else { self.select.iter().any(selected) };
        (is_wanted || named(&self.extend)) && !named(&self.ignore)
    }

    /// How bad a finding is for this repository; `None` if it is not to be reported.
    pub(super) fn severity(&self, finding: &Diagnostic) -> Option<Severity> {
        let path = &finding.primary.path;
        if self.config.archived.contain(path) {
            return None;
        }
        let lint = &self.config.lint;
        let here = lint.overrides.iter().filter(|one| one.paths.contain(path));
        if here.clone().any(|one| one.ignore.iter().any(|name| covers(&name.text, &finding.rule))) {
            return None;
        }
        let levels = lint.levels.iter().chain(here.flat_map(|one| &one.levels));
        let level = levels.rev().find(|(name, _)| covers(&name.text, &finding.rule));
        match level.map(|(_, level)| level) {
            None => Some(finding.severity),
            Some(Level::Off) => None,
            Some(Level::Info) => Some(Severity::Info),
            Some(Level::Warning) => Some(Severity::Warning),
            Some(Level::Error) => Some(Severity::Error),
        }
    }
}

/// Whether a name covers a rule: its id, its group, or `all`.
pub(super) fn covers(name: &str, id: &str) -> bool {
    name == id || name == "all" || id.strip_prefix(name).is_some_and(|rest| rest.starts_with('/'))
}

/// Says what is wrong with the name of a rule or group; `Ok` if nothing is. The error is the message and what to do.
pub fn check_name(name: &str) -> Result<(), (String, String)> {
    if name == "all" || catalogue::RULES.iter().any(|rule| covers(name, rule.id)) {
        return Ok(());
    }
    let help = catalogue::nearest_id(name).map_or_else(
        || "`treewright rules` lists all rules and groups".to_owned(),
        |near| format!("did you mean `{near}`?"),
    );
    Err((format!("there is no rule or group `{name}`"), help))
}

fn check_names(lint: &Lint) -> Result<(), Box<Diagnostic>> {
    let file = RepoPath::new(config::FILE).unwrap_or_else(|_| RepoPath::root());
    let levels = lint.levels.iter().chain(lint.overrides.iter().flat_map(|one| &one.levels)).map(|(name, _)| name);
    let ignored = lint.overrides.iter().flat_map(|one| &one.ignore);
    let options = lint.options.iter().map(|(name, _)| name);
    let names = lint.select.iter().chain(&lint.extend).chain(&lint.ignore).chain(levels).chain(ignored).chain(options);
    for name in names {
        if let Err((message, help)) = check_name(&name.text) {
            let label = Label::new(&file, name.span, "");
            return Err(Box::new(Diagnostic::new("config", Severity::Error, message, label).with_help(help)));
        }
    }
    Ok(())
}

fn fault(path: &RepoPath, message: impl Into<String>) -> Diagnostic {
    Diagnostic::new("baseline", Severity::Error, message, Label::new(path, Span::default(), ""))
}
