//! A small tree of an XML file, read without trust: no DOCTYPE, no entities but the five of XML,
//! and limits on depth and number. Names are known by namespace, never by prefix.

use quick_xml::XmlVersion;
use quick_xml::errors::{Error, IllFormedError, SyntaxError};
use quick_xml::escape::EscapeError;
use quick_xml::events::attributes::AttrError;
use quick_xml::events::{BytesDecl, BytesRef, BytesStart, Event};
use quick_xml::name::{NamespaceError, QName, ResolveResult};
use quick_xml::reader::NsReader;

use crate::model::metadata::{Code, Findings, Place};

use super::text::{BYTE_ORDER_MARK, Decoded, Lines, begin, web_page};

/// How deep elements may be nested.
const MAX_DEPTH: usize = 64;

/// How many elements there may be. Metadata of one app has about fifteen.
const MAX_ELEMENTS: usize = 500;

/// How many attributes an element may have.
const MAX_ATTRIBUTES: usize = 64;

/// How much of a text from the file is shown, in characters.
const SHOWN: usize = 60;

/// What is wrong with an & that stands for itself.
const BARE_AMPERSAND: &str = "an & that begins no reference; in XML it is written &amp;";

/// The name of an element or attribute.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Name {
    /// Empty where there is none.
    pub(super) namespace: String,
    pub(super) local: String,
}

/// An element.
#[derive(Debug)]
pub(super) struct Element {
    pub(super) name: Name,
    pub(super) attributes: Vec<(Name, String)>,
    /// All text that stands directly in it.
    pub(super) text: String,
    pub(super) children: Vec<Element>,
    pub(super) place: Place,
}

impl Element {
    /// Whether this is the element of that name.
    pub(super) fn is(&self, namespace: &str, local: &str) -> bool {
        self.name.namespace == namespace && self.name.local == local
    }

    /// The elements of that name directly in it.
    pub(super) fn all<'a>(
        &'a self,
        namespace: &'a str,
        local: &'a str,
    ) -> impl Iterator<Item = &'a Element> {
        self.children
            .iter()
            .filter(move |child| child.is(namespace, local))
    }

    /// An attribute in no namespace, blanks around it removed.
    pub(super) fn attribute(&self, local: &str) -> Option<&str> {
        let mut attributes = self.attributes.iter();
        attributes
            .find(|(name, _)| name.namespace.is_empty() && name.local == local)
            .map(|(_, value)| value.trim())
    }
}

/// What could be read of a file.
pub(super) struct Document {
    pub(super) root: Option<Element>,
    /// Whether it was read to its end: if not, nothing can be said to be missing.
    pub(super) whole: bool,
}

/// Reads a file as far as it can be read; what stood in the way is among the findings.
pub(super) fn read(decoded: &Decoded<'_>, findings: &mut Findings) -> Document {
    let text = decoded.text.as_ref();
    // A declaration that does not come first is a fault of its own, and no reason not to read on.
    let trimmed = begin(text);
    let skipped = text.len() - trimmed.len();
    let lines = Lines::new(text);
    let before = &text[..skipped];
    if before.contains(char::is_whitespace) && trimmed.starts_with("<?xml") {
        let place = lines.place(0, String::new());
        findings.add(Code::BlanksBeforeXml, Some(place), "");
    }
    if let Some(at) = before.find(BYTE_ORDER_MARK) {
        let place = lines.place(at, String::new());
        let detail = "a byte-order mark, U+FEFF, that is not the file's first character";
        findings.add(Code::TextBeforeXml, Some(place), detail);
    }
    let mut reader = NsReader::from_str(trimmed);
    reader.config_mut().check_comments = true;
    let mut tree = Tree {
        text,
        lines,
        encoding: decoded.encoding,
        findings,
        open: Vec::new(),
        root: None,
        elements: 0,
        begun: false,
    };
    let whole = loop {
        let at = skipped + offset(reader.buffer_position());
        let event = match reader.read_event() {
            Ok(event) => event,
            Err(error) => {
                tree.damaged(&error, skipped + offset(reader.error_position()), at);
                break false;
            }
        };
        if matches!(event, Event::Eof) {
            break tree.end();
        }
        if tree.take(event, &reader, at).is_err() {
            break false;
        }
    };
    while !tree.open.is_empty() {
        tree.close();
    }
    Document {
        root: tree.root,
        whole,
    }
}

fn offset(position: u64) -> usize {
    usize::try_from(position).unwrap_or(usize::MAX)
}

/// The file can't be read any further; the findings say why.
struct Stop;

struct Tree<'a> {
    text: &'a str,
    lines: Lines<'a>,
    encoding: &'static str,
    findings: &'a mut Findings,
    /// From the root down.
    open: Vec<Element>,
    root: Option<Element>,
    elements: usize,
    /// Whether anything but blanks was read.
    begun: bool,
}

impl Tree<'_> {
    fn take(&mut self, event: Event<'_>, reader: &NsReader<&[u8]>, at: usize) -> Result<(), Stop> {
        match event {
            Event::Decl(declaration) => self.declaration(&declaration, at)?,
            Event::DocType(content) => {
                let is_html = content
                    .trim_start()
                    .to_ascii_lowercase()
                    .starts_with("html");
                if is_html {
                    self.add(web_page(self.text), at, "");
                } else {
                    self.add(Code::Doctype, at, "");
                }
                return Err(Stop);
            }
            Event::Start(start) => self.element(&start, reader, at)?,
            Event::Empty(start) => {
                self.element(&start, reader, at)?;
                self.close();
            }
            Event::End(_) => self.close(),
            Event::Text(text) => self.characters(&text.xml10_content(), at),
            Event::CData(text) => self.characters(&text.xml10_content(), at),
            Event::GeneralRef(reference) => self.reference(&reference, at),
            Event::Comment(_) | Event::PI(_) | Event::Eof => {}
        }
        self.begun = true;
        Ok(())
    }

    fn add(&mut self, code: Code, at: usize, detail: impl Into<String>) {
        // A hostile file has the same fault in every third byte.
        if self.findings.is_full(code) {
            return self.findings.add(code, None, "");
        }
        let path = self.open.last().map(|element| element.place.path.clone());
        let place = self.lines.place(at, path.unwrap_or_default());
        self.findings.add(code, Some(place), detail);
    }

    fn declaration(&mut self, declaration: &BytesDecl<'_>, at: usize) -> Result<(), Stop> {
        if self.root.is_some() {
            self.add(Code::TrailingContent, at, "a second XML declaration");
            return Err(Stop);
        }
        let is_told =
            self.findings.has(Code::TextBeforeXml) || self.findings.has(Code::BrowserCopy);
        if self.begun && !is_told {
            self.add(
                Code::NotWellFormed,
                at,
                "the XML declaration is not the first thing",
            );
        }
        if declaration.contains('\n') {
            self.add(Code::DeclarationBroken, at, "");
        }
        match declaration.version() {
            Ok(version) if version == "1.0" => {}
            Ok(version) => {
                let detail = format!("XML version {:?}; Okta's is 1.0", shown(&version));
                self.add(Code::NotWellFormed, at, detail);
            }
            Err(_) => self.add(Code::NotWellFormed, at, "the declaration has no version"),
        }
        if let Some(Ok(encoding)) = declaration.encoding() {
            let is_right = match self.encoding {
                "UTF-16" => encoding.to_ascii_lowercase().starts_with("utf-16"),
                // ASCII is part of UTF-8.
                _ => ["utf-8", "utf8", "us-ascii", "ascii"]
                    .iter()
                    .any(|known| encoding.eq_ignore_ascii_case(known)),
            };
            if !is_right {
                let detail = format!(
                    "it says encoding={:?}, and was read as {}",
                    shown(&encoding),
                    self.encoding
                );
                self.add(Code::WrongEncoding, at, detail);
            }
        }
        Ok(())
    }

    fn element(
        &mut self,
        start: &BytesStart<'_>,
        reader: &NsReader<&[u8]>,
        at: usize,
    ) -> Result<(), Stop> {
        if self.open.is_empty() {
            self.may_be_root(start, at)?;
        }
        if self.open.len() >= MAX_DEPTH {
            self.add(Code::TooDeep, at, "");
            return Err(Stop);
        }
        self.elements += 1;
        if self.elements > MAX_ELEMENTS {
            let detail = format!("more than {MAX_ELEMENTS} elements");
            self.add(Code::TooComplex, at, detail);
            return Err(Stop);
        }
        let name = self.name(start.name(), reader, at, true);
        let path = self.path(&name);
        let place = self.lines.place(at, path);
        self.open.push(Element {
            name,
            attributes: Vec::new(),
            text: String::new(),
            children: Vec::new(),
            place,
        });
        let attributes = self.attributes(start, reader, at);
        if let Some(element) = self.open.last_mut() {
            element.attributes = attributes?;
        }
        Ok(())
    }

    /// A file has one root, and no page is one.
    fn may_be_root(&mut self, start: &BytesStart<'_>, at: usize) -> Result<(), Stop> {
        let local = start.local_name();
        if self.root.is_some() {
            let detail = format!("another element, {}", shown(local.as_ref()));
            self.add(Code::TrailingContent, at, detail);
            return Err(Stop);
        }
        if local.as_ref().eq_ignore_ascii_case("html") {
            self.add(web_page(self.text), at, "");
            return Err(Stop);
        }
        Ok(())
    }

    fn attributes(
        &mut self,
        start: &BytesStart<'_>,
        reader: &NsReader<&[u8]>,
        at: usize,
    ) -> Result<Vec<(Name, String)>, Stop> {
        let mut attributes = Vec::new();
        for attribute in start.attributes() {
            let attribute = attribute.map_err(|error| {
                let detail = format!("in an attribute: {}", fault(&error));
                self.add(Code::NotWellFormed, at, detail);
                Stop
            })?;
            if attributes.len() == MAX_ATTRIBUTES {
                let detail = format!("more than {MAX_ATTRIBUTES} attributes");
                self.add(Code::TooComplex, at, detail);
                return Err(Stop);
            }
            if attribute.value.contains('<') {
                self.add(Code::NotWellFormed, at, "in an attribute: a < in its value");
                return Err(Stop);
            }
            let value = match attribute.normalized_value(XmlVersion::Implicit1_0) {
                Ok(value) => value.into_owned(),
                Err(Error::Escape(EscapeError::UnterminatedEntity(_))) => {
                    let detail = format!("in an attribute: {BARE_AMPERSAND}");
                    self.add(Code::NotWellFormed, at, detail);
                    return Err(Stop);
                }
                Err(error) => {
                    let detail = match error {
                        Error::Escape(EscapeError::UnrecognizedEntity(_, name)) => {
                            format!("&{};", shown(&name))
                        }
                        _ => "a reference to a character that XML does not have".to_owned(),
                    };
                    let detail = format!("in an attribute: {detail}");
                    self.add(Code::UnknownEntity, at, detail);
                    attribute.value.clone().into_owned()
                }
            };
            let declares = attribute.key.as_namespace_binding().is_some();
            let name = if declares {
                Name {
                    namespace: "http://www.w3.org/2000/xmlns/".to_owned(),
                    local: attribute.key.as_ref().to_owned(),
                }
            } else {
                self.name(attribute.key, reader, at, false)
            };
            attributes.push((name, value));
        }
        Ok(attributes)
    }

    /// The name behind a prefixed one. A prefix that nobody declared gives no namespace.
    fn name(
        &mut self,
        name: QName<'_>,
        reader: &NsReader<&[u8]>,
        at: usize,
        is_element: bool,
    ) -> Name {
        let (namespace, local) = match is_element {
            true => reader.resolver().resolve_element(name),
            false => reader.resolver().resolve_attribute(name),
        };
        let namespace = match namespace {
            // No known one is so long, and each element has its own copy.
            ResolveResult::Bound(namespace) => shown(namespace.as_ref()),
            ResolveResult::Unbound => String::new(),
            ResolveResult::Unknown(prefix) => {
                let detail = format!("the prefix {:?} is not declared", shown(&prefix));
                self.add(Code::WrongNamespace, at, detail);
                String::new()
            }
        };
        Name {
            namespace,
            local: local.as_ref().to_owned(),
        }
    }

    /// The path of an element that is about to be opened: a number where it is not the first of
    /// its name.
    fn path(&self, name: &Name) -> String {
        let local = shown(&name.local);
        match self.open.last() {
            None => local,
            Some(parent) => {
                let same = parent.children.iter().filter(|child| child.name == *name);
                match same.count() {
                    0 => format!("{}/{local}", parent.place.path),
                    before => format!("{}/{local}[{}]", parent.place.path, before + 1),
                }
            }
        }
    }

    fn characters(&mut self, text: &str, at: usize) {
        if let Some(element) = self.open.last_mut() {
            element.text.push_str(text);
            return;
        }
        let found = text.trim();
        if found.is_empty() {
            return;
        }
        let code = if is_of_a_browser(found) {
            Code::BrowserCopy
        } else if self.root.is_some() {
            Code::TrailingContent
        } else {
            Code::TextBeforeXml
        };
        self.add(code, at, format!("{:?}", shown(found)));
    }

    fn reference(&mut self, reference: &BytesRef<'_>, at: usize) {
        let name: &str = reference;
        let character = match name {
            "amp" => Some('&'),
            "lt" => Some('<'),
            "gt" => Some('>'),
            "quot" => Some('"'),
            "apos" => Some('\''),
            _ => reference.resolve_char_ref().ok().flatten(),
        };
        let is_allowed = |c: &char| !c.is_control() || matches!(c, '\t' | '\n' | '\r');
        match character.filter(is_allowed) {
            Some(character) => self.characters(character.encode_utf8(&mut [0; 4]), at),
            None => self.add(Code::UnknownEntity, at, format!("&{};", shown(name))),
        }
    }

    fn close(&mut self) {
        let Some(element) = self.open.pop() else {
            return;
        };
        if !element.children.is_empty() {
            let stray = element.text.trim();
            let code = match is_of_a_browser(stray) {
                true => Code::BrowserCopy,
                false => Code::StrayText,
            };
            if !stray.is_empty() {
                let detail = format!("{:?}", shown(stray));
                self.findings.add(code, Some(element.place.clone()), detail);
            }
        }
        match self.open.last_mut() {
            Some(parent) => parent.children.push(element),
            None => self.root = Some(element),
        }
    }

    /// The end of the file: whether everything that was opened is closed.
    fn end(&mut self) -> bool {
        match self.open.last() {
            None => true,
            Some(element) => {
                let detail = format!("{} is not closed", shown(&element.name.local));
                self.add(Code::CutShort, self.text.len(), detail);
                false
            }
        }
    }

    /// Says why the file can't be read any further. `at` is where the reader sees the fault,
    /// `event` where it had begun to read.
    fn damaged(&mut self, error: &Error, at: usize, event: usize) {
        let (code, detail) = match error {
            Error::Syntax(SyntaxError::InvalidBangMarkup) => {
                (Code::NotWellFormed, "a <! that begins nothing".to_owned())
            }
            Error::Syntax(SyntaxError::UnclosedDoctype) => (Code::Doctype, String::new()),
            Error::Syntax(error) => (Code::CutShort, error.to_string()),
            Error::IllFormed(IllFormedError::MissingDoctypeName) => (Code::Doctype, String::new()),
            Error::IllFormed(IllFormedError::UnclosedReference) => {
                (Code::NotWellFormed, BARE_AMPERSAND.to_owned())
            }
            Error::Namespace(NamespaceError::TooManyBindings(_)) => (
                Code::TooComplex,
                "too many namespaces are declared".to_owned(),
            ),
            Error::Namespace(NamespaceError::TooDeeplyNested(_)) => (Code::TooDeep, String::new()),
            Error::Namespace(error) => (Code::WrongNamespace, shown(&error.to_string())),
            error => (Code::NotWellFormed, shown(&error.to_string())),
        };
        self.add(code, at.max(event), detail);
    }
}

/// What is wrong with the attributes of an element.
fn fault(error: &AttrError) -> &'static str {
    match error {
        AttrError::ExpectedEq(_) => "a name without = and a value",
        AttrError::ExpectedValue(_) => "an = without a value",
        AttrError::UnquotedValue(_) => "a value without quotation marks around it",
        AttrError::ExpectedQuote(..) => "a value without its second quotation mark",
        AttrError::Duplicated(..) => "it is given twice",
    }
}

/// Marks and remarks of a browser's view of XML.
fn is_of_a_browser(text: &str) -> bool {
    let is_mark = |c: char| c.is_whitespace() || "-+−▼▶▾▸►▲".contains(c);
    (!text.is_empty() && text.chars().all(is_mark))
        || text.contains("does not appear to have any style information")
        || text.contains("document tree is shown below")
}

/// The beginning of a text from the file, to be shown.
pub(super) fn shown(text: &str) -> String {
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
