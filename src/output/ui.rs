//! The door to the terminal: the two streams, and what the command line and the environment say
//! about how to write to them.

use std::ffi::OsString;
use std::io::{self, ErrorKind, IsTerminal, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use anstyle::{AnsiColor, Style};
use dialoguer::console::Term;
use indicatif::ProgressBar;

use crate::error::{Error, Exit};
use crate::model::command_line::with_flags;

use super::card::Shown;
use super::json::{self, Event};
use super::page::{Look, Page};
use super::pager::{Pager, Reading};
use super::sanitize::clean;

/// The form of the data on standard output.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// Tables and sentences, for people
    #[default]
    Table,
    /// One JSON document, for programs
    Json,
    /// A JSON document a line: the events of a run as they happen, the rows of a list
    Jsonl,
    /// Comma-separated values; a cell that a spreadsheet would calculate gets a ' in front
    Csv,
    /// A summary for a CI job's page: of changes the first 500, of what has one reason the first 50,
    /// and how many there are besides
    Markdown,
}

impl Format {
    /// Every form.
    pub const ALL: [Format; 5] = [
        Format::Table,
        Format::Json,
        Format::Jsonl,
        Format::Csv,
        Format::Markdown,
    ];

    /// The word of the command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Format::Table => "table",
            Format::Json => "json",
            Format::Jsonl => "jsonl",
            Format::Csv => "csv",
            Format::Markdown => "markdown",
        }
    }
}

/// What `--output` says: a form, or nothing but the secret that was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// A form.
    Of(Format),
    /// The new token and a line feed, alone: for a pipe into a store of secrets.
    Raw,
}

impl Default for Form {
    fn default() -> Self {
        Form::Of(Format::default())
    }
}

impl clap::ValueEnum for Form {
    fn value_variants<'a>() -> &'a [Self] {
        const ALL: [Form; 6] = [
            Form::Of(Format::Table),
            Form::Of(Format::Json),
            Form::Of(Format::Jsonl),
            Form::Of(Format::Csv),
            Form::Of(Format::Markdown),
            Form::Raw,
        ];
        &ALL
    }

    fn to_possible_value(&self) -> Option<clap::builder::PossibleValue> {
        match self {
            Form::Of(format) => format.to_possible_value(),
            Form::Raw => Some(clap::builder::PossibleValue::new("raw").help(
                "Nothing but the new token: for `token generate` and `token refresh` in a pipe",
            )),
        }
    }
}

/// When to use colours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Colour {
    /// On a terminal, unless NO_COLOR is set
    #[default]
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// What the command line says about output.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options {
    /// `--output`; of `raw`, the form of everything but the secret.
    pub format: Format,
    /// `--output raw`.
    pub raw: bool,
    /// `--color`.
    pub colour: Colour,
    /// `-q`: neither status nor progress.
    pub quiet: bool,
    /// How often `-v` was given.
    pub verbosity: u8,
    /// `--no-input`: never ask.
    pub no_input: bool,
    /// `--unmask`: show card numbers whole.
    pub unmask: bool,
    /// Whether a long page goes through a pager on a terminal.
    pub pager: bool,
}

type Stream = Arc<Mutex<Box<dyn Write + Send>>>;

/// The door to the terminal.
pub struct Ui {
    options: Options,
    out: Arc<Out>,
    stderr: Stream,
    stdin_is_terminal: bool,
    stdout_is_terminal: bool,
    stderr_is_terminal: bool,
    colour_out: bool,
    colour_err: bool,
    width: usize,
    /// What a long page is read with; `None` if pages are only printed.
    pager: Option<Pager>,
    /// The flags that a next step needs to be about the same profile.
    flags: String,
    /// The progress bar that is on the terminal, which must step aside for other lines.
    bar: Arc<Mutex<Option<ProgressBar>>>,
}

/// Standard output.
pub(super) struct Out {
    stream: Mutex<Box<dyn Write + Send>>,
    /// Whether something was written.
    written: AtomicBool,
    /// Whether the reader has gone.
    closed: AtomicBool,
}

impl Out {
    fn new(stream: Box<dyn Write + Send>) -> Arc<Self> {
        Arc::new(Out {
            stream: Mutex::new(stream),
            written: AtomicBool::new(false),
            closed: AtomicBool::new(false),
        })
    }

    fn is_closed(&self) -> bool {
        self.closed.load(Ordering::Relaxed)
    }

    /// Writes; what a reader that has gone would have got is dropped.
    pub(super) fn write(&self, text: &str) -> io::Result<()> {
        if self.is_closed() {
            return Ok(());
        }
        self.written.store(true, Ordering::Relaxed);
        let mut stream = lock(&self.stream);
        let result = stream
            .write_all(text.as_bytes())
            .and_then(|()| stream.flush());
        match result {
            Err(error) if error.kind() == ErrorKind::BrokenPipe => {
                self.closed.store(true, Ordering::Relaxed);
                Ok(())
            }
            result => result,
        }
    }
}

/// A page that is written bit by bit.
pub(super) struct PageStream<'a> {
    ui: &'a Ui,
    pager: Option<Reading>,
}

impl PageStream<'_> {
    /// Writes more of the page.
    pub(super) fn write(&mut self, page: &Page) -> Result<(), Error> {
        let text = page.render(self.ui.colour_out);
        match &mut self.pager {
            Some(pager) => {
                pager.write(&text);
                Ok(())
            }
            None => self.ui.data(&text),
        }
    }

    /// Ends the page.
    pub(super) fn finish(self) {
        let worked = self.pager.is_none_or(Reading::close);
        if !worked {
            let warning = "the pager ended with an error; --no-pager shows the list without it";
            self.ui.warning(warning);
        }
    }
}

/// What a stream is, beside where it is written.
struct Terminals {
    stdin: bool,
    stdout: bool,
    stderr: bool,
    width: usize,
}

impl Ui {
    /// The streams of this process. `environment` looks up a variable.
    #[must_use]
    pub fn from_process(options: Options, environment: &dyn Fn(&str) -> Option<OsString>) -> Self {
        let width = environment("COLUMNS")
            .and_then(|columns| columns.to_str()?.parse().ok())
            .filter(|width| *width > 0)
            .or_else(|| Term::stdout().size_checked().map(|(_, width)| width.into()))
            .unwrap_or(80);
        let terminals = Terminals {
            stdin: io::stdin().is_terminal(),
            stdout: io::stdout().is_terminal(),
            stderr: io::stderr().is_terminal(),
            width,
        };
        let set = |name| environment(name).filter(|value| !value.is_empty());
        let dumb = set("TERM").is_some_and(|terminal| terminal == "dumb");
        let plain = set("NO_COLOR").is_some() || dumb;
        let mut ui = Ui::new(
            options,
            Box::new(io::stdout()),
            Box::new(io::stderr()),
            &terminals,
            !plain,
        );
        let reads = terminals.stdin && terminals.stdout && options.format == Format::Table;
        if reads && options.pager && !dumb {
            ui.pager = Pager::choose(environment);
        }
        ui
    }

    fn new(
        options: Options,
        stdout: Box<dyn Write + Send>,
        stderr: Box<dyn Write + Send>,
        terminals: &Terminals,
        colourful: bool,
    ) -> Self {
        let colour = |terminal: bool| match options.colour {
            Colour::Auto => terminal && colourful,
            Colour::Always => true,
            Colour::Never => false,
        };
        Ui {
            options,
            out: Out::new(stdout),
            stderr: Arc::new(Mutex::new(stderr)),
            stdin_is_terminal: terminals.stdin,
            stdout_is_terminal: terminals.stdout,
            stderr_is_terminal: terminals.stderr,
            colour_out: colour(terminals.stdout) && options.format == Format::Table,
            colour_err: colour(terminals.stderr),
            width: terminals.width,
            pager: None,
            flags: String::new(),
            bar: Arc::default(),
        }
    }

    /// The same for a profile that is not the default one: `flags` go into every command that is
    /// shown as a next step.
    #[must_use]
    pub fn with_flags(mut self, flags: String) -> Self {
        self.flags = flags;
        self
    }

    /// The flags that a next step needs to be about the same profile; empty if it needs none.
    #[must_use]
    pub fn flags(&self) -> &str {
        &self.flags
    }

    /// A text whose commands can be run as they stand: with the flags that they need.
    #[must_use]
    pub fn command(&self, text: &str) -> String {
        with_flags(text, &self.flags)
    }

    /// The form of the data.
    #[must_use]
    pub fn format(&self) -> Format {
        self.options.format
    }

    /// Whether standard output is for nothing but the secret that is made.
    #[must_use]
    pub fn is_raw(&self) -> bool {
        self.options.raw
    }

    /// How often `-v` was given.
    #[must_use]
    pub fn verbosity(&self) -> u8 {
        self.options.verbosity
    }

    /// How much is shown of card numbers.
    pub(super) fn shown(&self) -> Shown {
        Shown {
            whole: self.options.unmask,
        }
    }

    /// Whether a person can be asked: both ends are a terminal, and nobody forbade it.
    #[must_use]
    pub fn can_prompt(&self) -> bool {
        self.stdin_is_terminal && self.stderr_is_terminal && !self.options.no_input
    }

    /// Whether the reader of standard output has gone, so that further data is for nobody.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.out.is_closed()
    }

    /// Writes data, as it is, to standard output. A reader that has gone is no error: what is
    /// written from then on is dropped, and the command ends as it would have.
    ///
    /// # Errors
    /// [`Exit::Failed`] if it can't be written for another reason, such as a full disk.
    pub fn data(&self, text: &str) -> Result<(), Error> {
        self.aside(|| self.out.write(text)).map_err(|error| {
            Error::new(
                Exit::Failed,
                anyhow::Error::new(error).context("can't write to standard output"),
            )
        })
    }

    /// Writes a page to standard output, through the pager if there is one.
    pub(super) fn page(&self, page: &Page) -> Result<(), Error> {
        let text = page.render(self.colour_out);
        if self.pager.as_ref().is_some_and(|pager| pager.show(&text)) {
            return Ok(());
        }
        self.data(&text)
    }

    /// A page that comes bit by bit, through the pager if there is one.
    pub(super) fn stream(&self) -> PageStream<'_> {
        PageStream {
            ui: self,
            pager: self.pager.as_ref().and_then(Pager::open),
        }
    }

    /// Writes events to standard output, where events are asked for.
    pub(super) fn events<'a>(
        &self,
        events: impl IntoIterator<Item = Event<'a>>,
    ) -> Result<(), Error> {
        if self.options.format != Format::Jsonl {
            return Ok(());
        }
        let lines = events.into_iter().map(|event| event.line(self.shown()));
        self.data(&lines.collect::<Result<String, Error>>()?)
    }

    /// Writes a page to standard error.
    pub(super) fn notes(&self, page: &Page) {
        self.say(&page.render(self.colour_err));
    }

    /// How a page for standard output is laid out: in a pipe nothing is broken or shortened.
    pub(super) fn look(&self) -> Look {
        Look {
            width: self.stdout_is_terminal.then_some(self.width),
            brief: self.stdout_is_terminal && self.options.verbosity == 0,
            shown: self.shown(),
        }
    }

    /// Says what is going on; silent with `-q`.
    pub fn status(&self, text: &str) {
        if !self.options.quiet {
            self.say(&format!("{}\n", clean(text)));
        }
    }

    /// Says something that a person should look at.
    pub fn warning(&self, text: &str) {
        self.labelled("warning", AnsiColor::Yellow.on_default().bold(), text);
    }

    /// Says what could be done next.
    pub fn hint(&self, text: &str) {
        self.labelled("hint", AnsiColor::Cyan.on_default().bold(), text);
    }

    /// Says why a command ends: the message, its causes, the next steps. With `--output json` the
    /// same goes to standard output as a document, unless data stands there already; with
    /// `--output jsonl` it is the last event.
    pub fn error(&self, error: &Error) {
        let mut chain = error.source.chain();
        if let Some(message) = chain.next() {
            let style = AnsiColor::Red.on_default().bold();
            self.labelled("error", style, &message.to_string());
        }
        for cause in chain {
            self.labelled("  caused by", Style::new(), &cause.to_string());
        }
        for hint in &error.hints {
            self.hint(hint);
        }
        let document = match self.options.format {
            Format::Json if !self.out.written.load(Ordering::Relaxed) => json::error(error),
            Format::Jsonl => Event::Error(error).line(self.shown()),
            _ => return,
        };
        if let Ok(document) = document {
            // The error that is being told matters more than one of telling it.
            let _ = self.data(&document);
        }
    }

    fn labelled(&self, label: &str, style: Style, text: &str) {
        let text = self.command(text);
        let text = clean(&text);
        self.say(&if self.colour_err {
            format!("{style}{label}{style:#}: {text}\n")
        } else {
            format!("{label}: {text}\n")
        });
    }

    /// Writes to standard error. If that fails, there is nobody left to tell.
    pub(super) fn say(&self, text: &str) {
        let mut stderr = lock(&self.stderr);
        self.aside(|| {
            let _ = stderr.write_all(text.as_bytes());
            let _ = stderr.flush();
        });
    }

    /// Writes while the progress bar, if there is one, stands aside.
    fn aside<T>(&self, write: impl FnOnce() -> T) -> T {
        match &*lock(&self.bar) {
            Some(bar) => bar.suspend(write),
            None => write(),
        }
    }

    /// How progress is shown; `None` if it is not.
    pub(super) fn progress(&self) -> Option<Shape> {
        if self.options.quiet {
            None
        } else if self.options.format == Format::Jsonl {
            Some(Shape::Events(Arc::clone(&self.out)))
        } else if self.stderr_is_terminal {
            Some(Shape::Bar(self.bar()))
        } else {
            let lines = || Shape::Lines(Arc::clone(&self.stderr));
            (self.options.verbosity > 0).then(lines)
        }
    }

    /// Where a progress bar makes itself known.
    fn bar(&self) -> Arc<Mutex<Option<ProgressBar>>> {
        Arc::clone(&self.bar)
    }
}

/// How progress is shown.
pub(super) enum Shape {
    /// As a bar, which makes itself known there.
    Bar(Arc<Mutex<Option<ProgressBar>>>),
    /// As a line now and then.
    Lines(Stream),
    /// As an event now and then.
    Events(Arc<Out>),
}

/// Locks, also after a thread that held the lock has panicked: a stream can't be left half-changed.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What a test made a [`Ui`] write.
#[cfg(test)]
#[derive(Clone, Default)]
pub(crate) struct Captured {
    stdout: Buffer,
    stderr: Buffer,
}

#[cfg(test)]
#[derive(Clone, Default)]
struct Buffer(Arc<Mutex<Vec<u8>>>);

#[cfg(test)]
impl Write for Buffer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        lock(&self.0).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
impl Captured {
    /// What went to standard output.
    pub(crate) fn stdout(&self) -> String {
        String::from_utf8_lossy(&lock(&self.stdout.0)).into_owned()
    }

    /// What went to standard error.
    pub(crate) fn stderr(&self) -> String {
        String::from_utf8_lossy(&lock(&self.stderr.0)).into_owned()
    }
}

#[cfg(test)]
impl Ui {
    /// A terminal of so many columns (`None`: pipes), without colours, whose output is captured.
    pub(crate) fn for_test(width: Option<usize>, options: Options) -> (Ui, Captured) {
        let captured = Captured::default();
        let terminals = Terminals {
            stdin: false,
            stdout: width.is_some(),
            // A bar would write past the capture.
            stderr: false,
            width: width.unwrap_or(80),
        };
        let ui = Ui::new(
            options,
            Box::new(captured.stdout.clone()),
            Box::new(captured.stderr.clone()),
            &terminals,
            false,
        );
        (ui, captured)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Failing(ErrorKind);

    impl Write for Failing {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::Error::from(self.0))
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn failing(kind: ErrorKind) -> Ui {
        let terminals = Terminals {
            stdin: false,
            stdout: false,
            stderr: false,
            width: 80,
        };
        Ui::new(
            Options::default(),
            Box::new(Failing(kind)),
            Box::new(io::sink()),
            &terminals,
            true,
        )
    }

    #[test]
    fn a_closed_pipe_is_a_quiet_end_and_a_full_disk_is_not() {
        let ui = failing(ErrorKind::BrokenPipe);
        assert!(!ui.is_closed());
        assert!(ui.data("x").is_ok());
        assert!(ui.is_closed());
        assert!(ui.data("y").is_ok());

        let error = failing(ErrorKind::StorageFull).data("x").unwrap_err();
        assert_eq!(error.exit, Exit::Failed);
    }

    #[test]
    fn data_and_the_rest_go_separate_ways() {
        let (ui, captured) = Ui::for_test(Some(80), Options::default());
        ui.data("data\n").unwrap();
        ui.status("reading\u{1b}[1m");
        ui.warning("odd\nline");
        ui.hint("next");
        assert_eq!(captured.stdout(), "data\n");
        assert_eq!(
            captured.stderr(),
            "reading\u{fffd}[1m\nwarning: odd line\nhint: next\n"
        );
    }

    #[test]
    fn quiet_keeps_warnings_and_errors() {
        let options = Options {
            quiet: true,
            ..Options::default()
        };
        let (ui, captured) = Ui::for_test(None, options);
        ui.status("reading");
        ui.warning("odd");
        assert_eq!(captured.stderr(), "warning: odd\n");
        assert!(ui.progress().is_none());
    }

    #[test]
    fn an_error_names_message_causes_and_next_steps() {
        let source = anyhow::anyhow!("connection refused").context("can't reach Command");
        let error = Error::new(Exit::Unavailable, source).hint("check the address");
        let (ui, captured) = Ui::for_test(None, Options::default());
        ui.error(&error);
        assert_eq!(captured.stdout(), "");
        assert_eq!(
            captured.stderr(),
            "error: can't reach Command\n  caused by: connection refused\nhint: check the address\n"
        );

        let json = Options {
            format: Format::Json,
            ..Options::default()
        };
        let (ui, captured) = Ui::for_test(None, json);
        ui.error(&error);
        let stored = include_str!("../../tests/fixtures/json/error.json");
        assert_eq!(captured.stdout(), stored);
        ui.error(&error);
        assert_eq!(captured.stdout(), stored, "one document a command");
    }

    #[test]
    fn colours_obey_flag_terminal_and_environment() {
        let colour = |colour, terminal, colourful| {
            let options = Options {
                colour,
                ..Options::default()
            };
            let terminals = Terminals {
                stdin: false,
                stdout: terminal,
                stderr: terminal,
                width: 80,
            };
            let sink = || Box::new(io::sink());
            Ui::new(options, sink(), sink(), &terminals, colourful).colour_out
        };
        assert!(colour(Colour::Auto, true, true));
        assert!(!colour(Colour::Auto, true, false));
        assert!(!colour(Colour::Auto, false, true));
        assert!(colour(Colour::Always, false, false));
        assert!(!colour(Colour::Never, true, true));
    }
}
