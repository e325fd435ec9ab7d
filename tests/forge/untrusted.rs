//! A report that another job wrote, of which nobody knows what it did.

use treewright::{
    diff::{
        ClusterChange, Danger, Diff, FieldChange, Finding, FindingsChange, Identity, Level, Line, ObjectChange, Place,
        Sign, Status, UnitChange, VERSION,
    },
    forge::Kind,
    report::{diff_json, read_diff},
};

use super::{
    command::{job, repository},
    forges::{Forge, KINDS, TOKEN},
};
use crate::environment::{Environment, Run};

/// What somebody would like to see in our comment, if only it were not escaped.
const HOSTILE: &[&str] = &[
    "<!-- treewright:tree-diff -->",
    "\n<!-- treewright:tree-diff -->\n",
    "<img src=https://evil.example/pixel>",
    "</details></summary><h1>Approved</h1>",
    "`<b>` | `<i> | <u>`",
    "a\\\\|<s>|\\|<s>",
    "``` \n```\n\n/close\n/merge\n",
    "\r/approve\u{2028}/merge",
    "~~~\n@everyone ![x](https://evil.example/x)",
    "````````diff\n</code>",
    "`",
    "\u{1b}[31m\u{202e}",
];

/// A diff in which this text stands wherever a text can.
pub fn diff(text: &str, objects: usize) -> Diff {
    let all = || text.to_owned();
    let id = |number: usize| Identity {
        group: all(),
        version: all(),
        kind: all(),
        namespace: Some(all()),
        name: format!("{text}{number}"),
    };
    let place = || Some(Place { path: all(), line: 3, before: false });
    let field = FieldChange {
        path: all(),
        status: Status::Changed,
        before: Some(all()),
        after: Some(all()),
        lines: Vec::new(),
        secret: false,
        place: place(),
    };
    let lines = [Sign::Same, Sign::Removed, Sign::Added, Sign::Gap].map(|sign| Line { sign, text: all() });
    let object = |number: usize| ObjectChange {
        id: id(number),
        status: Status::Changed,
        was: Some(id(number)),
        moved_from: Some(all()),
        only_values: true,
        fields: vec![field.clone(), FieldChange { lines: lines.to_vec(), before: None, after: None, ..field.clone() }],
        content: Some(all()),
        folded: 1,
        place: place(),
    };
    let danger = Danger {
        id: "pruned".to_owned(),
        level: Level::Error,
        cluster: Some(all()),
        unit: all(),
        object: Some(all()),
        message: all(),
        why: all(),
        place: place(),
    };
    let finding = Finding { rule: all(), level: Level::Error, message: all(), place: place() };
    Diff {
        version: VERSION,
        base: all(),
        head: all(),
        clusters: vec![ClusterChange {
            name: Some(all()),
            status: Status::Changed,
            units: vec![UnitChange {
                id: all(),
                was: Some(all()),
                status: Status::Changed,
                suspended: true,
                objects: (0..objects).map(object).collect(),
                not_rendered: vec![all()],
            }],
        }],
        danger: vec![danger],
        folded: [(all(), 1)].into(),
        findings: Some(FindingsChange { new: vec![finding.clone()], resolved: vec![finding] }),
    }
}

fn comment(forge: &Forge, environment: &Environment, arguments: &[&str]) -> Run {
    let job = job(forge, environment);
    let mut variables: Vec<(&str, &str)> = job.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    variables.push(("TREEWRIGHT_TOKEN", TOKEN));
    environment.treewright_with(&variables, &[&["comment"], arguments].concat())
}

/// Lines outside of blocks of code, without what stands between backticks in them.
fn prose(markdown: &str) -> Vec<String> {
    let mut fence: Option<usize> = None;
    let mut lines = Vec::new();
    for line in markdown.lines() {
        let ticks = line.chars().take_while(|c| *c == '`').count();
        match fence {
            Some(open) if ticks >= open && line.trim_end().len() == ticks => fence = None,
            Some(_) => {}
            // Behind a fence stands one word; a span of code goes on.
            None if ticks >= 3 && !line[ticks..].contains('`') => fence = Some(ticks),
            None => lines.push(without_code(line)),
        }
    }
    assert_eq!(fence, None, "a block of code does not end");
    lines
}

/// A line without its spans of code, each of which ends with as many backticks as it begins with.
fn without_code(line: &str) -> String {
    let mut out = String::new();
    let mut rest = line;
    while let Some(at) = rest.find('`') {
        let ticks = rest[at..].chars().take_while(|c| *c == '`').count();
        out.push_str(&rest[..at]);
        let behind = &rest[at + ticks..];
        let mut from = 0;
        let end = loop {
            let Some(next) = behind[from..].find('`').map(|next| from + next) else { break None };
            let run = behind[next..].chars().take_while(|c| *c == '`').count();
            if run == ticks {
                break Some(next);
            }
            from = next + run;
        };
        if let Some(end) = end {
            rest = &behind[end + ticks..];
        } else {
            // Backticks that do not pair are themselves.
            out.push_str(&rest[at..at + ticks]);
            rest = behind;
        }
    }
    out + rest
}

/// A row of a table as forges cut it into cells, before they look for code.
fn cells(row: &str) -> usize {
    let mut count = 0;
    let mut escaped = false;
    for c in row.chars() {
        match c {
            '\\' => escaped = !escaped,
            '|' if !escaped => count += 1,
            _ => escaped = false,
        }
    }
    count
}

#[test]
fn nothing_in_a_report_becomes_markup() {
    for text in HOSTILE {
        let (forge, environment) = (Forge::start(Kind::GitLab), repository());
        environment.write("report.json", &diff_json(&diff(text, 2)));
        let run = comment(&forge, &environment, &["--from", "report.json"]);
        assert_eq!(run.code, 0, "{text:?} {run:?}");
        let body = forge.comments()[0].body.clone();
        let mut lines = body.lines();
        assert_eq!(lines.next(), Some("<!-- treewright:tree-diff -->"));
        let rest: String = lines.map(|line| format!("{line}\n")).collect();
        // GitLab takes a line that begins so for an order.
        assert!(!rest.lines().any(|line| line.trim_start().starts_with('/')), "{text:?}\n{rest}");
        assert!(!rest.contains(['\u{1b}', '\u{202e}', '\u{2028}', '\r']), "{text:?}\n{rest}");
        for line in prose(&rest) {
            let known = ["details", "/details", "summary", "/summary", "code", "/code", "sub", "/sub"];
            let tags = line.split('<').skip(1).map(|tag| tag.split('>').next().unwrap_or_default());
            let strange: Vec<&str> = tags.filter(|tag| !known.contains(tag)).collect();
            assert_eq!(strange, Vec::<&str>::new(), "{text:?}: {line}");
            // Between tags of a block, nothing but tags is markup.
            assert!(line.starts_with("<details>") || !line.contains("!["), "{text:?}: {line}");
            assert!(!line.contains('@'), "{text:?}: {line}");
        }
        for tag in ["details", "summary"] {
            let count = |tag: &str| prose(&rest).iter().map(|line| line.matches(tag).count()).sum::<usize>();
            assert_eq!(count(&format!("<{tag}>")), count(&format!("</{tag}>")), "{text:?}");
        }
        let rows: Vec<usize> = rest.lines().filter(|line| line.starts_with("| ")).map(cells).collect();
        assert!(rows.iter().all(|count| *count == 6), "{text:?} {rows:?}\n{rest}");
    }
}

#[test]
fn a_report_says_what_a_diff_says() {
    for kind in KINDS {
        let (forge, environment) = (Forge::start(kind), repository());
        let made = environment.treewright(&["diff", "HEAD^1", "HEAD", "--output", "report.json"]);
        assert_eq!(made.code, 0, "{made:?}");
        assert_eq!(comment(&forge, &environment, &["--from", "report.json"]).code, 0);
        // Nothing is compared, so no repository is needed.
        let again = comment(&forge, &environment, &["-C", "..", "--from", "work/report.json"]);
        assert!(again.stderr.starts_with("left"), "{again:?}");
        let direct = comment(&forge, &environment, &["HEAD^1", "HEAD"]);
        assert!(direct.stderr.starts_with("left"), "{direct:?}");
        let both = comment(&forge, &environment, &["HEAD^1", "--from", "report.json"]);
        assert!(both.code == 2 && both.stderr.contains("cannot be used with"), "{both:?}");
    }
}

#[test]
fn only_a_report_is_taken_for_one() {
    let (forge, environment) = (Forge::start(Kind::GitHub), repository());
    let right = diff_json(&diff("text", 1));
    assert!(read_diff(&right).is_ok());
    let nested = "[".repeat(100_000);
    for (wrong, reason) in [
        (String::new(), "EOF"),
        ("# Approved\n".to_owned(), "expected value"),
        ("{}".to_owned(), "missing field"),
        (nested.clone(), ""),
        (format!("{{\"version\": {nested}"), ""),
        (right.replacen("\"version\": 1", "\"version\": 2", 1), "version 2"),
        (right.replacen("\"version\": 1", "\"version\": 1, \"version\": 1", 1), "duplicate field"),
        (right.replacen("\"version\": 1", "\"version\": 1, \"body\": \"Approved\"", 1), "unknown field"),
        (right.replacen("\"line\": 3", "\"line\": 0", 1), "at `"),
        (right.replacen("\"line\": 3", "\"line\": -1", 1), "invalid value"),
        (right.replacen("\"id\": \"pruned\"", "\"id\": \"Pruned!\"", 1), "at `"),
        (right.replacen("\"suspended\": true,", "", 1), "missing field"),
        (right.replacen("\"was\": \"text\",", "", 1), "was"),
        (right.clone() + "more", "trailing"),
    ] {
        environment.write("report.json", &wrong);
        let run = comment(&forge, &environment, &["--from", "report.json"]);
        let shown: String = wrong.chars().take(60).collect();
        assert!(run.code == 2 && run.stderr.contains("`report.json` is no diff of this program"), "{shown}: {run:?}");
        assert!(run.stderr.contains(reason), "{shown}: {run:?}");
    }
    // One that is far too long is not even read.
    let long = std::fs::File::create(environment.work().join("report.json")).expect("a file");
    long.set_len(treewright::report::LONGEST_DIFF as u64 + 1).expect("a length");
    let run = comment(&forge, &environment, &["--from", "report.json"]);
    assert!(run.code == 2 && run.stderr.contains("has more than"), "{run:?}");
    // Names without end leave no room for what must be said.
    environment.write("report.json", &diff_json(&diff(&"x".repeat(70_000), 1)));
    let run = comment(&forge, &environment, &["--from", "report.json"]);
    assert!(run.code == 2 && run.stderr.contains("its names are too long"), "{run:?}");
    assert_eq!(forge.server.calls(), Vec::<String>::new());
}
