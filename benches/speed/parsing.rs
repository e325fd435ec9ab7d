//! Parsing, beside the bare events of the parser crate and beside `serde_yaml`.

use std::fs;

use treewright::{text::SourceText, yaml::Stream};
use yaml_rust2::parser::{Event, Parser};

use crate::{
    measure::{line, median, mega, ratio},
    repositories::Repository,
};

/// Parses every file of a repository.
pub fn run(repository: &Repository) {
    let texts: Vec<String> = repository.files.iter().filter_map(|path| fs::read_to_string(path).ok()).collect();
    let bytes: usize = texts.iter().map(String::len).sum();
    println!("{}: {} YAML files, {:.2} MB", repository.name, texts.len(), mega(bytes));
    let speed = |time: std::time::Duration| format!("{:.0} MB/s", mega(bytes) / time.as_secs_f64());

    let ours = median(|| texts.iter().filter(|text| Stream::parse(SourceText::new(text.as_str())).is_ok()).count());
    line("parse", ours, &speed(ours));
    let events = median(|| texts.iter().map(|text| count_events(text)).sum::<usize>());
    line("bare events of yaml-rust2", events, &format!("parsing takes {:.2} × (aim: 1.6)", ratio(ours, events)));
    let peer = median(|| texts.iter().filter(|text| loads(text)).count());
    line("serde_yaml into a Value", peer, &format!("{:.2} × our time (aim: 1)", ratio(peer, ours)));
}

fn count_events(text: &str) -> usize {
    let mut parser = Parser::new_from_str(text).keep_tags(true);
    let mut count = 0;
    while let Ok((event, _)) = parser.next_token() {
        count += 1;
        if event == Event::StreamEnd {
            break;
        }
    }
    count
}

fn loads(text: &str) -> bool {
    serde_yaml::Deserializer::from_str(text)
        .all(|document| <serde_yaml::Value as serde::Deserialize>::deserialize(document).is_ok())
}
