//! The closed list of what can be wrong with files of people: each with its cost, its meaning and
//! its remedy.

use super::Severity;
use crate::model::reason;

/// What a kind of finding is called and explained with.
struct Texts {
    title: &'static str,
    meaning: &'static str,
    remedy: &'static str,
}

/// The texts of a reason: the check of a file finds what a plan would give as this reason.
fn as_reason(code: reason::Code) -> Texts {
    Texts {
        title: code.title(),
        meaning: code.meaning(),
        remedy: code.remedy(),
    }
}

macro_rules! texts {
    ($title:literal, $meaning:literal, $remedy:literal) => {
        Texts {
            title: $title,
            meaning: $meaning,
            remedy: $remedy,
        }
    };
    ($doc:literal, $reason:ident) => {
        as_reason(reason::Code::$reason)
    };
}

macro_rules! kinds {
    ($($name:ident $severity:ident $word:literal $title:literal $(as $reason:ident)?
        $($meaning:literal $remedy:literal)?;)*) => {
        /// What kind of finding it is. The words are stable: programs may rely on them.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum FindingKind {
            $(#[doc = $title] $name,)*
        }

        impl FindingKind {
            /// Every kind.
            pub const ALL: &[FindingKind] = &[$(FindingKind::$name,)*];

            /// The word for the kind.
            #[must_use]
            pub fn word(self) -> &'static str {
                match self {
                    $(FindingKind::$name => $word,)*
                }
            }

            /// What such a finding costs.
            #[must_use]
            pub fn severity(self) -> Severity {
                match self {
                    $(FindingKind::$name => Severity::$severity,)*
                }
            }

            fn texts(self) -> Texts {
                match self {
                    $(FindingKind::$name => texts!($title $(, $reason)? $(, $meaning, $remedy)?),)*
                }
            }
        }
    };
}

impl FindingKind {
    /// What is the case, in one short line.
    #[must_use]
    pub fn title(self) -> &'static str {
        self.texts().title
    }

    /// What it means, and what the tool does about it.
    #[must_use]
    pub fn meaning(self) -> &'static str {
        self.texts().meaning
    }

    /// What to do about it. Empty where nothing is to be done.
    #[must_use]
    pub fn remedy(self) -> &'static str {
        self.texts().remedy
    }
}

// A word that a plan's reasons have, too, takes its texts from there: one word means one thing.
kinds! {
    FileMissing Refused "file-missing" "there is no such file"
        "The profile, or the command line, names a file that is not there. A missing export is never taken for an empty one: no sync runs, and nobody loses anything."
        "correct the name under files in [atrium], or see why the export was not written; source check reads the files alone";
    FileIsFolder Refused "file-is-folder" "the name is that of a folder"
        "A folder stands where a file is expected. Which of the files in it belong together can't be guessed."
        "name the files in it one by one";
    FileUnreadable Refused "file-unreadable" "the file can't be read"
        "The system refuses the file: permissions, or a disk or share that failed half-way. What can't be read is never taken for empty."
        "check its permissions, and the disk or share it is on";
    FileEmpty Refused "file-empty" "the file holds nothing"
        "There is nothing in the file, or nothing but blanks. An empty export is never taken for \"nobody\": that would deactivate everybody."
        "export it again";
    Spreadsheet Refused "spreadsheet" "a spreadsheet or ZIP archive"
        "The file is a workbook (.xlsx, .ods) or another ZIP archive. Its cells are not text as Atrium wrote it: numbers may have been rounded, and leading zeros lost."
        "export from Atrium as CSV; or in the spreadsheet program, save the sheet as \"CSV UTF-8\", with ids and card numbers as text";
    SpreadsheetOld Refused "spreadsheet-old" "a spreadsheet of an old kind"
        "The file is a workbook of the old binary kind (.xls). It is not read."
        "export from Atrium as CSV; or in the spreadsheet program, save the sheet as \"CSV UTF-8\", with ids and card numbers as text";
    Pdf Refused "pdf" "a PDF document"
        "A PDF shows a report; its rows and columns can't be read back with certainty."
        "export the people from Atrium as CSV or JSON";
    Gzip Refused "gzip" "a gzip archive"
        "The file is packed. It is not unpacked, so that what is read is what somebody could look at."
        "unpack it first";
    RichText Refused "rich-text" "a rich text document"
        "A word processor wrote the file. It is not a table."
        "export the people from Atrium as CSV or JSON";
    HtmlPage Refused "html-page" "an HTML or XML page"
        "A page was saved in place of the export: mostly a sign-in page or an error page of the server that the file was fetched from."
        "download it again, signed in; look at the file in an editor to see what the server answered";
    Binary Refused "binary" "no text at all"
        "The file's bytes are not text in any encoding that exports have."
        "export the people from Atrium as CSV or JSON";
    NulBytes Refused "nul-bytes" "text with NUL bytes in it"
        "NUL bytes come from a damaged disk, a broken copy, or a file that is no text. What else was damaged can't be told, so nothing of the file is used."
        "export or copy it again";
    JsonNamedCsv Refused "json-named-csv" "JSON in a file that is not named so"
        "The name says how a file is read, and this one's name does not end in .json."
        "give the file a name that ends in .json";
    CarriageReturnsOnly Refused "carriage-returns-only" "lines end in a carriage return alone"
        "Old Macintosh programs ended lines so. The whole file would be one line."
        "save it with Windows or Unix line ends";
    LineTooLong Refused "line-too-long" "a line is too long for a table"
        "A line of more than a mebibyte is no row of people; a file without line ends must not fill the memory."
        "export the people from Atrium as CSV or JSON";
    Utf16Unmarked Refused "utf-16-unmarked" "UTF-16 without a byte-order mark"
        "Every second byte is NUL. Without the mark, which byte comes first would be a guess."
        "export it again as \"CSV UTF-8\"";
    HeaderEncoding Refused "header-encoding" "the names of the columns are not UTF-8"
        "The file is in an old encoding, such as Windows-1252. Names of people would be damaged in Command, so nothing of the file is used."
        "export it again as \"CSV UTF-8\"";
    HeaderQuote Refused "header-quote" "a quotation mark in the header has no partner"
        "Where the header ends can't be told, so no cell can be given to a column."
        "put the name in quotation marks and double those inside it";
    HeaderMissing Refused "header-missing" "the first line holds data"
        "Columns are known by their names, never by their place: a column that moves must not turn one id into another."
        "export the file with a header line";
    HeaderDuplicate Refused "header-duplicate" "two used columns have one name"
        "Which of the two holds the value can't be told."
        "rename or remove one of them";
    DelimiterUnknown Refused "delimiter-unknown" "cells are told apart by an unusual character"
        "Commas, semicolons and tabs are known. With another character the whole line would be one cell."
        "export it with commas, semicolons or tabs";
    ColumnMissing Refused "column-missing" "a needed column is in no file"
        "Without it nothing can be synced, and a value that is not exported must not be taken for an empty one."
        "export it, too, or map it under [atrium.columns] in the profile";
    ColumnsUnknown Refused "columns-unknown" "besides the campus id no column is known"
        "The file has campus ids, but none of its other columns is one that the tool knows or that the profile maps."
        "map them under [atrium.columns] in the profile, or leave the file out";
    MappedHeaderMissing Refused "mapped-header-missing" "the profile maps a header that no file has"
        "The profile names a header under [atrium.columns] that is not there: the export changed, or the name has a slip."
        "correct [atrium.columns] in the profile; source check shows the columns that are there";
    FilterColumnMissing Refused "filter-column-missing" "the profile filters by a column that no file has"
        "A filter on a column that is not there would leave out everybody, or nobody."
        "correct the filter in the profile, or export the column";
    CdviAtrium Refused "cdvi-atrium" "an export of another product that is called Atrium"
        "CDVI ATRIUM is a door controller. Its columns were recognised; this tool reads the campus card system Atrium."
        "export the people from the campus card system";
    CutShort Refused "cut-short" "the end of the file is missing"
        "The file ends within a row, a quotation or a JSON record: an export or a copy broke off. People in the missing part are not gone, so nothing of the file is used."
        "export or copy it again";
    JsonSyntax Refused "json-syntax" "the text is not JSON"
        "The file is named .json, but can't be read as JSON from its beginning to its end."
        "export it again; the line and column are named";
    JsonShape Refused "json-shape" "the JSON holds something else than records"
        "An export in JSON is an array of records, or an object with the member \"people\"."
        "export the people so, or as CSV";
    NoPeople Refused "no-people" "no row holds a person that can be read"
        "The files are sound, and still nobody is in them. An empty export is never taken for \"nobody\"."
        "export the people again; the findings beside this one say why rows were left out";
    SourceShrunken Refused "source-shrunken" "fewer than half of the people of the last read" as SourceShrunken;

    Encoding LeftOut "encoding" "bytes that are not UTF-8"
        "A value holds bytes of another encoding. A damaged name or id is never sent to Command; the row counts as unreadable, and who is in it keeps what they have."
        "export the file again as \"CSV UTF-8\"";
    QuoteUnbalanced LeftOut "quote-unbalanced" "a quotation mark without a partner"
        "Where the cell ends can't be told, so the row is left out; who is in it keeps what they have."
        "put the cell in quotation marks and double those inside it";
    CellCount LeftOut "cell-count" "more or fewer cells than the header has"
        "A delimiter inside a cell shifts all that follow it into other columns. The row is left out; who is in it keeps what they have."
        "put a cell that holds the delimiter in quotation marks";
    CarriageReturn LeftOut "carriage-return" "a carriage return alone, between two lines"
        "The row may be two rows. It is left out; who is in it keeps what they have."
        "save the file with Windows or Unix line ends throughout";
    ControlCharacter LeftOut "control-character" "a control character in a value"
        "A line break, a tab or another control character stands in a value. Command would show it, or refuse it; the row is left out."
        "remove it in Atrium and export again";
    CampusIdMissing LeftOut "campus-id-missing" "a row without a campus id"
        "Who a person is, is known by the campus id alone. The row could be anybody, so people who are missing from the export and share something with it are not taken for gone."
        "give the person one in Atrium, or leave the row out";
    CampusIdRounded LeftOut "campus-id-rounded" "a campus id in scientific notation"
        "A spreadsheet has made a number of the id and rounded it, such as 1.23E+09. The digits that are gone can't be found again."
        "export again, and keep the campus id as text";
    CampusIdConflict LeftOut "campus-id-conflict" "rows of one campus id contradict each other"
        "Two rows of one campus id give different names, addresses or statuses. Which of them is right can't be told, so neither is used; the person keeps what they have."
        "correct the person in Atrium and export again";
    DateUnreadable LeftOut "date-unreadable" "a date in another form"
        "Dates are read in one form, such as 2026-08-24: in others day and month can be mixed up, and a door would open or close at the wrong time. The row is left out; who is in it keeps what they have."
        "export dates as YYYY-MM-DD, or leave the column out";
    GroupIdMissing LeftOut "group-id-missing" "an access group without an id"
        "Access groups are known by their id, because names change. The membership is left out; nobody is removed from a group for it."
        "export access_group_id, too";
    GroupsInOneCell LeftOut "groups-in-one-cell" "several access groups in one cell"
        "The id holds a comma, semicolon or bar, as when several groups stand in one cell. Taken as one id, it would make a group that nobody knows."
        "export one row for each membership";
    GroupNameConflict LeftOut "group-name-conflict" "an access group with two names"
        "Rows of one access group give it different names. Neither the group nor its members are changed."
        "give it one name in Atrium and export again";
    GroupNameMissing LeftOut "group-name-missing" "an access group without a name" as GroupNameMissing;
    RecordShape LeftOut "record-shape" "a record that is no object"
        "A person is read from named members. What is no object could be anybody, so it is left out."
        "write each record in braces, with named members";
    KeyDuplicate LeftOut "key-duplicate" "a key that stands twice in a record"
        "Which of the two values is right can't be told. The record is left out; who is in it keeps what they have."
        "write it once";
    ValueShape LeftOut "value-shape" "a value that is neither text nor an exact whole number"
        "Fractions, numbers that are too long to be exact, and nested values are not read: a number that was rounded is another card."
        "write it as text, in quotation marks";
    GroupsShape LeftOut "groups-shape" "access groups that are no array of objects"
        "The groups of a person are read from an array of objects with id and name. The person is left out, and keeps what they have."
        "write them so; over HTTP, correct in_people in the profile";
    CardUnreadable LeftOut "card-unreadable" "an id that can't be made a card" as CardUnreadable;

    LineEndsMixed Note "line-ends-mixed" "lines end in two ways"
        "The file has Windows and Unix line ends. Both were read; it may have been put together of several files."
        "";
    BlankRows Note "blank-rows" "rows without a value between others"
        "They were passed over."
        "";
    TotalsRow Note "totals-row" "a row that sums up others"
        "Reports end in such rows. It is about nobody, and was passed over."
        "";
    DuplicateRow Note "duplicate-row" "a row that says what another has said"
        "It adds nothing, and was passed over. Many of them mean that the export has everything twice."
        "";
    CampusIdNumber Note "campus-id-number" "campus ids written as numbers"
        "JSON numbers have no leading zeros. If the ids have some in Atrium, they are not the same ids."
        "write them as text, in quotation marks";
    ZerosLost Note "zeros-lost" "campus ids seem to have lost leading zeros"
        "Most ids have one length and some are shorter, as when a spreadsheet took them for numbers. They are used as they stand; an id without its zeros is another person."
        "if zeros are missing, export the column as text";
    IdTypeUnmapped Note "id-type-unmapped" "ids of a type that the profile does not map" as IdTypeUnmapped;
    Orphans Note "orphans" "ids or memberships of people who are in no file"
        "Rows of credentials or memberships name campus ids that no row of people has. They were not used."
        "export these people, too, or leave the rows out";
    FileOlder Note "file-older" "a file that is older than the last sync"
        "The file was last changed before the last sync began. If that sync has read it, all is well; else the export has stopped being written."
        "if the export should be newer, see why it was not written";
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn words_are_kebab_case_and_each_is_there_once() {
        let words: BTreeSet<_> = FindingKind::ALL.iter().map(|kind| kind.word()).collect();
        assert_eq!(words.len(), FindingKind::ALL.len());
        for word in words {
            let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
            assert!(word.chars().all(plain), "{word}");
        }
    }

    #[test]
    fn what_costs_something_says_what_to_do() {
        for kind in FindingKind::ALL {
            assert!(!kind.meaning().is_empty(), "{}", kind.word());
            let remedy = kind.remedy();
            assert!(
                kind.severity() == Severity::Note || !remedy.is_empty(),
                "{} has no remedy",
                kind.word()
            );
        }
    }
}
