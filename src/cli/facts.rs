//! What is known about clusters besides the objects in the repository: from `treewright.toml`, from Git's configuration, and from the arguments, which win.
//!
//! Must not know what is done with it.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use clap::Args as ClapArgs;

use super::{
    error::CliError,
    terminal::{self, Terminal},
};
use crate::{
    argo::application_set::{Inventory, Recorded},
    cluster::{Helm, Options},
    config::{self, Config},
    flux::FluxVersion,
    git::Repository,
    helm::{Program, Remembered, Renderer},
    path::RepoPath,
    project::definitions_of,
    source::{SourceView, WorkTree},
    text::SourceText,
    yaml::{FileId, Origin, Stream, Value},
};

/// What the repository does not say about its clusters
#[derive(Debug, Default, ClapArgs)]
pub(super) struct Facts {
    /// The version of Flux that runs in the clusters, such as 2.8
    #[arg(long, value_name = "VERSION", value_parser = |text: &str| text.parse::<FluxVersion>())]
    flux_version: Option<FluxVersion>,

    /// A file that lists the clusters that Argo CD knows
    #[arg(long, value_name = "FILE")]
    inventory: Option<PathBuf>,

    /// A file with recorded answers to generators of ApplicationSets that ask the outside
    #[arg(long, value_name = "FILE")]
    recorded: Option<PathBuf>,

    /// Let the helm on the PATH render charts that lie in the repository or in Helm's cache; nothing is fetched
    #[arg(long)]
    pub(super) helm: bool,

    /// How long helm may take for one chart
    #[arg(long, value_name = "SECONDS", default_value_t = 60, value_parser = clap::value_parser!(u64).range(1..), requires = "helm")]
    helm_timeout: u64,
}

impl Facts {
    /// Helm on this machine, as far as the arguments allow.
    fn helm(&self) -> Result<Helm, CliError> {
        let renderer = if self.helm {
            let hint = "install Helm 3, or leave out --helm: then charts are listed as not rendered";
            let path = super::helm::program()
                .ok_or_else(|| CliError::new("--helm needs the program `helm`, and none is on the PATH").hint(hint))?;
            let program = Program::new(&path, Duration::from_secs(self.helm_timeout));
            Some(Arc::new(Remembered::new(program)) as Arc<dyn Renderer>)
        } else {
            None
        };
        Ok(Helm { cache: super::helm::cache(), renderer })
    }

    /// What the configuration of a view says, and the arguments on top of that.
    pub(super) fn options(
        &self,
        view: &dyn SourceView,
        repository: Option<&Repository>,
        start: &Path,
        terminal: &Terminal,
    ) -> Result<Options, CliError> {
        let config = config::load(view)
            .map_err(|fault| terminal::refuse(&fault, view, "the configuration cannot be used", terminal))?;
        let mut options = configured(&config, view, repository)?;
        options.helm = self.helm()?;
        if let Some(version) = self.flux_version {
            options.flux.version = version;
        }
        if let Some(path) = &self.inventory {
            options.inventory = Some(of_disk(&start.join(path), Inventory::of_file)?);
        }
        if let Some(path) = &self.recorded {
            options.recorded = of_disk(&start.join(path), Recorded::of_file)?;
        }
        Ok(options)
    }
}

/// What a configuration says about clusters, and the addresses that Git knows of the repository.
pub(super) fn configured(
    config: &Config,
    view: &dyn SourceView,
    repository: Option<&Repository>,
) -> Result<Options, CliError> {
    let helm = Helm { cache: super::helm::cache(), renderer: None };
    let mut options = Options { helm, ..Options::of(config) };
    options.remotes.extend(repository.map(Repository::remotes).transpose()?.into_iter().flatten());
    if let Some(path) = &config.argo.inventory {
        options.inventory = Some(of_view(view, path, Inventory::of_file)?);
    }
    if let Some(path) = &config.argo.recorded {
        options.recorded = of_view(view, path, Recorded::of_file)?;
    }
    Ok(options)
}

/// The CustomResourceDefinitions in folders, which may lie outside of any repository.
pub(super) fn definitions(folders: &[PathBuf], start: &Path) -> Result<Vec<Arc<Value>>, CliError> {
    let mut found = Vec::new();
    for folder in folders {
        let wrong = |why: &dyn std::fmt::Display| {
            CliError::new(format!("cannot read the definitions in `{}`: {why}", folder.display()))
        };
        let tree = WorkTree::new(&start.join(folder)).map_err(|error| wrong(&error))?;
        let definitions = definitions_of(&tree).map_err(|error| wrong(&error))?;
        if definitions.is_empty() {
            return Err(wrong(&"there are none").hint("it holds CustomResourceDefinitions, one or several a YAML file"));
        }
        found.extend(definitions);
    }
    Ok(found)
}

/// Reads a YAML file of the view.
fn of_view<T>(
    view: &dyn SourceView,
    path: &RepoPath,
    read: impl Fn(&Value) -> Result<T, (Origin, String)>,
) -> Result<T, CliError> {
    let wrong = |why: &str| CliError::new(format!("cannot read `{path}`, which {} names: {why}", config::FILE));
    let bytes = view.read_file(path)?.ok_or_else(|| wrong("there is no such file"))?;
    let text = String::from_utf8(bytes).map_err(|_| wrong("it is not valid UTF-8"))?;
    parsed(&text, read).map_err(|why| wrong(&why))
}

/// Reads a YAML file that may stand outside of any repository.
#[expect(clippy::disallowed_methods, reason = "the command line reads the files that it is given")]
fn of_disk<T>(path: &Path, read: impl Fn(&Value) -> Result<T, (Origin, String)>) -> Result<T, CliError> {
    let wrong = |why: String| CliError::new(format!("cannot read `{}`: {why}", path.display()));
    let text = std::fs::read_to_string(path).map_err(|error| wrong(error.to_string()))?;
    parsed(&text, read).map_err(wrong)
}

fn parsed<T>(text: &str, read: impl Fn(&Value) -> Result<T, (Origin, String)>) -> Result<T, String> {
    let stream = Stream::parse(SourceText::new(text)).map_err(|error| error.message)?;
    let root = stream.documents().next().ok_or_else(|| "it is empty".to_owned())?.root();
    let value = root.to_value(FileId(0)).map_err(|_| "its keys are not all strings".to_owned())?;
    read(&value).map_err(|(origin, why)| {
        let line = stream.text().position(origin.offset).line;
        format!("line {line}: {why}")
    })
}
