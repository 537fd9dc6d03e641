//! What all rows together show: that something is missing, lost or not mapped. A check ends here.

use std::path::Path;

use super::columns::Column;
use super::defects::{Defects, Fault};
use super::merge::{Entry, Merger, unusable};
use super::sniff::Format;
use crate::model::finding::{FileForm, Finding, FindingKind, Spot, Survey};
use crate::model::reason::Code;
use crate::model::roster::{Person, Place, Unusable};

impl Merger<'_> {
    /// What the rows show as a whole; it changes nothing for a single one.
    pub(super) fn observations(&self) -> Vec<Finding> {
        let mut findings = Vec::new();
        let mut orphans = self
            .entries
            .iter()
            .filter(|entry| entry.rank.is_none() && !entry.unreadable);
        if let Some(first) = orphans.next() {
            let Person {
                campus_id, place, ..
            } = &first.person;
            let fault = Fault::new(
                FindingKind::Orphans,
                format!(
                    "Campus ids in credential or membership rows that no people row has: {} (the \
                     first is {campus_id} in {place}); these rows were not used.",
                    1 + orphans.count(),
                ),
                "Export these people, too, or leave the rows out.",
            );
            findings.push(fault.of_file(&place.file).at(spot(place)));
        }
        let listed = || self.entries.iter().filter(|entry| entry.rank.is_some());
        let message = lost_zeros(listed().map(|entry| entry.person.campus_id.as_str()));
        if let (Some(message), Some(first)) = (message, listed().next()) {
            let fault = Fault::new(
                FindingKind::ZerosLost,
                message,
                "Export the column as text if zeros are missing.",
            );
            let finding = fault.of_file(&first.person.place.file);
            findings.push(finding.in_column(Column::CampusId.name()));
        }
        findings
    }

    /// What a check found. `judged`: whether all files were read, the people among them, so that
    /// who is missing can be told.
    pub(super) fn survey(
        mut self,
        files: Vec<FileForm>,
        has_id_status: bool,
        judged: bool,
    ) -> Survey {
        for finding in self.observations() {
            if judged || finding.kind != FindingKind::Orphans {
                self.defects.finding(finding);
            }
        }
        let (groups, _) = self.finish_groups();
        let listed = |entry: &&Entry| entry.rank.is_some() && !entry.unreadable;
        let people = self.entries.iter().filter(listed).count() as u64;
        let cards = self.ids.finish(has_id_status);
        tell_unusable(unusable(cards.unread, &self.entries), &mut self.defects);
        if judged && people == 0 {
            let names: Vec<&str> = files.iter().map(|form| form.file.as_ref()).collect();
            let fault = Fault::new(
                FindingKind::NoPeople,
                "No row holds a person that can be read.",
                "Export the people again: an empty export is never taken for \"nobody\".",
            );
            self.defects
                .finding(fault.of_file(&names.join(", ").into()));
        }
        let mut findings = self.defects.into_findings();
        findings.sort(&files);
        Survey {
            files,
            people,
            groups: groups.len() as u64,
            credentials: cards.seen,
            findings,
        }
    }
}

/// The line, or the record of JSON, that a place counts.
fn spot(place: &Place) -> Spot {
    match Format::of(Path::new(&*place.file)) {
        Format::Csv => Spot::Line(place.line),
        Format::Json => Spot::Record(place.line),
    }
}

/// Takes ids that can't be made cards. Those of a type that is not mapped are one finding a type.
fn tell_unusable(unusable: impl Iterator<Item = Unusable>, defects: &mut Defects) {
    let mut unmapped: Vec<(Unusable, u64)> = Vec::new();
    for id in unusable {
        if id.code != Code::IdTypeUnmapped {
            defects.finding(unreadable_card(id));
            continue;
        }
        let known = unmapped
            .iter_mut()
            .find(|(first, _)| first.id_type == id.id_type);
        match known {
            Some((_, count)) => *count += 1,
            None => unmapped.push((id, 1)),
        }
    }
    for (first, count) in unmapped {
        let fault = Fault::new(
            FindingKind::IdTypeUnmapped,
            format!(
                "The profile does not map the id type \"{}\": {count} ids of it (this is the \
                 first) become no cards.",
                first.id_type
            ),
            "Map it under `id_types` in the profile, or set it to be ignored.",
        );
        let finding = fault.of_file(&first.place.file).at(spot(&first.place));
        defects.finding(finding.in_column(Column::IdType.name()));
    }
}

fn unreadable_card(id: Unusable) -> Finding {
    // The sentences about a card that can't be read end with the remedy.
    let (message, remedy) = match id.message.rsplit_once(". ") {
        Some((message, remedy)) => (format!("{message}."), remedy.to_owned()),
        None => (id.message, Code::CardUnreadable.remedy().to_owned()),
    };
    let kind = FindingKind::CardUnreadable;
    let mut finding = Finding::new(kind, &id.place.file, message, remedy)
        .at(spot(&id.place))
        .in_column(Column::IdValue.name());
    finding.campus_id = Some(id.campus_id);
    finding
}

/// A sentence if campus ids look as if leading zeros went lost.
///
/// Numbers of a fixed width of which a tenth starts with 0 lose it in a spreadsheet: then nearly
/// all have the full width, about a tenth is shorter, and none starts with 0. So it must be: 20
/// ids or more, 95 % of them numbers, none with a leading 0, the longest of 5 digits or more, and
/// between 80 % and 99.9 % of them of that length. Ids that were counted up from 1 look the same
/// at times, so this is an observation and changes nothing.
fn lost_zeros<'a>(campus_ids: impl Iterator<Item = &'a str>) -> Option<String> {
    /// Longer numbers than this are not told apart by length.
    const LONGEST: usize = 32;
    let mut all = 0_usize;
    let mut by_length = [0_usize; LONGEST + 1];
    for id in campus_ids {
        all += 1;
        if id.bytes().all(|b| b.is_ascii_digit()) {
            if id.starts_with('0') {
                return None;
            }
            by_length[id.len().min(LONGEST)] += 1;
        }
    }
    let numbers: usize = by_length.iter().sum();
    let width = by_length.iter().rposition(|count| *count > 0)?;
    let full = by_length[width];
    let short = numbers - full;
    let alike = full * 10 >= numbers * 8 && short * 1000 >= numbers;
    if all < 20 || numbers * 100 < all * 95 || width < 5 || short == 0 || !alike {
        return None;
    }
    Some(format!(
        "Campus ids seem to have lost leading zeros: {short} of {numbers} have fewer than {width} \
         digits and none starts with 0; they are compared as they stand."
    ))
}
