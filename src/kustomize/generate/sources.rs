//! Where generators take their data from: env files, literals and files, in this order.
//!
//! Must not know what is generated.

use std::{collections::HashSet, sync::Arc};

use smol_str::SmolStr;

use super::{Pair, Source};
use crate::{
    kustomize::{
        file::File,
        kustomization::{Generator, Text},
        problem::{Problem, ProblemKind},
        spot::Spot,
    },
    yaml::Origin,
};

/// As many bytes may go into one object. A cluster takes 1 MiB.
const MAX_DATA: usize = 64 * 1024 * 1024;

/// A longer line ends an env file: kustomize's line reader stops there, and nobody asks it why.
const LONGEST_ENV_LINE: usize = 64 * 1024 - 1;

impl Source<'_> {
    /// All pairs of a generator, sorted by key; a key that comes twice is an error.
    pub(super) fn pairs(&self, generator: &Generator) -> Result<Vec<Pair>, Box<Problem>> {
        let mut pairs = Vec::new();
        for path in &generator.envs {
            self.env_file(path, &mut pairs)?;
        }
        for literal in &generator.literals {
            pairs.push(self.literal(literal)?);
        }
        for file in &generator.files {
            pairs.push(self.file(file)?);
            if pairs.iter().map(|pair| pair.data.len()).sum::<usize>() > MAX_DATA {
                let label = self.session.files.mark(file.spot, "");
                let message = format!("`{}` would hold more than {MAX_DATA} bytes", generator.name);
                return Err(Problem::new(ProblemKind::TooLarge, label, message));
            }
        }
        let mut seen = HashSet::new();
        if let Some(repeated) = pairs.iter().find(|pair| !seen.insert(&pair.key)) {
            let message = format!("`{}` repeats the key `{}`", generator.name, repeated.key);
            return Err(self.bad(generator.spot, message));
        }
        pairs.sort_by(|a, b| a.key.cmp(&b.key));
        Ok(pairs)
    }

    fn env_file(&self, path: &Text, pairs: &mut Vec<Pair>) -> Result<(), Box<Problem>> {
        let file = self.read(path, path.as_str())?;
        let mut offset = 0;
        for (number, line) in file.bytes().split_inclusive(|&byte| byte == b'\n').enumerate() {
            let start = offset;
            offset += line.len();
            let line = line.strip_suffix(b"\n").unwrap_or(line);
            let line = line.strip_suffix(b"\r").unwrap_or(line);
            if line.len() > LONGEST_ENV_LINE {
                break;
            }
            let Ok(line) = std::str::from_utf8(line) else {
                let label = file.label(u32::try_from(start).unwrap_or(u32::MAX), "");
                let message = format!("line {} of the env file is not valid UTF-8", number + 1);
                return Err(Problem::new(ProblemKind::GeneratorFails, label, message));
            };
            let line = if number == 0 { line.strip_prefix('\u{feff}').unwrap_or(line) } else { line };
            let line = line.trim_start();
            let (key, value) = line.split_once('=').unwrap_or((line, ""));
            if !key.is_empty() && !line.starts_with('#') {
                let origin = Origin { file: file.id, offset: u32::try_from(start).unwrap_or(u32::MAX) };
                pairs.push(Pair { key: key.into(), data: value.into(), origin });
            }
        }
        Ok(())
    }

    fn literal(&self, literal: &Text) -> Result<Pair, Box<Problem>> {
        match literal.as_str().split_once('=') {
            Some((key, value)) if !key.is_empty() => {
                let origin = literal.spot.origin();
                Ok(Pair { key: key.into(), data: without_quotes(value).into(), origin })
            }
            _ => {
                let message = format!("invalid literal source `{}`, expected key=value", literal.text);
                Err(self.bad(literal.spot, message))
            }
        }
    }

    fn file(&self, entry: &Text) -> Result<Pair, Box<Problem>> {
        let source = entry.as_str();
        let (key, path): (SmolStr, &str) = match source.split_once('=') {
            None => (source.rsplit('/').find(|part| !part.is_empty()).unwrap_or(".").into(), source),
            Some(("", path)) if !path.contains('=') => {
                return Err(
                    self.bad(entry.spot, format!("missing key name for file path `{path}` in source `{source}`"))
                );
            }
            Some((key, "")) => {
                return Err(
                    self.bad(entry.spot, format!("missing file path for key name `{key}` in source `{source}`"))
                );
            }
            Some((_, path)) if path.contains('=') => {
                let message = format!("source `{source}`: key name or file path contains '='");
                return Err(self.bad(entry.spot, message));
            }
            Some((key, path)) => (key.into(), path),
        };
        let file = self.read(entry, path)?;
        Ok(Pair { key, data: file.bytes().to_vec(), origin: Origin { file: file.id, offset: 0 } })
    }

    fn read(&self, entry: &Text, path: &str) -> Result<Arc<File>, Box<Problem>> {
        self.session.load(self.directory, path).map_err(|error| {
            let place = self.session.files.mark(entry.spot, "");
            error.problem(self.session, ProblemKind::MissingFile, place, self.directory, path)
        })
    }

    fn bad(&self, spot: Spot, message: String) -> Box<Problem> {
        Problem::new(ProblemKind::GeneratorFails, self.session.files.mark(spot, ""), message)
    }
}

/// Takes one pair of equal quotes off.
fn without_quotes(text: &str) -> &str {
    let inner = |quote: char| text.strip_prefix(quote).and_then(|text| text.strip_suffix(quote));
    inner('"').or_else(|| inner('\'')).unwrap_or(text)
}
