//! Paths, as arithmetic on names.

use super::{Call, Group, exactly};

pub(super) const FUNCTIONS: Group = &[
    exactly("base", 1, BASE),
    exactly("osBase", 1, BASE),
    exactly("dir", 1, DIR),
    exactly("osDir", 1, DIR),
    exactly("clean", 1, CLEAN),
    exactly("osClean", 1, CLEAN),
    exactly("ext", 1, EXT),
    exactly("osExt", 1, EXT),
    exactly("isAbs", 1, IS_ABS),
    exactly("osIsAbs", 1, IS_ABS),
];

const BASE: Call = |arguments| {
    let path = arguments.string(0)?;
    let trimmed = path.trim_end_matches('/');
    Ok(match (path.is_empty(), trimmed) {
        (true, _) => ".",
        (_, "") => "/",
        (_, path) => path.rsplit('/').next().unwrap_or(path),
    }
    .into())
};
const DIR: Call = |arguments| {
    let path = arguments.string(0)?;
    Ok(clean(path.rfind('/').map_or("", |at| &path[..=at])).into())
};
const CLEAN: Call = |arguments| Ok(clean(&arguments.string(0)?).into());
const EXT: Call = |arguments| {
    let path = arguments.string(0)?;
    let name = path.rsplit('/').next().unwrap_or(&path);
    Ok(name.rfind('.').map_or("", |at| &name[at..]).into())
};
const IS_ABS: Call = |arguments| Ok(arguments.string(0)?.starts_with('/').into());

/// The shortest spelling, with `.` and `..` resolved.
fn clean(path: &str) -> String {
    let rooted = path.starts_with('/');
    let mut names: Vec<&str> = Vec::new();
    for name in path.split('/') {
        match name {
            "" | "." => {}
            ".." if names.last().is_some_and(|last| *last != "..") => {
                names.pop();
            }
            ".." if rooted => {}
            name => names.push(name),
        }
    }
    match (rooted, names.is_empty()) {
        (true, _) => format!("/{}", names.join("/")),
        (false, true) => ".".to_owned(),
        (false, false) => names.join("/"),
    }
}
