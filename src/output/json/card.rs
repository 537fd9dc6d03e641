//! The document of an id that is read step by step.

use serde::Serialize;

use super::{Schema, document, line};
use crate::error::Error;
use crate::model::id_type::Reading;
use crate::output::card::{Shown, name, sent};

#[derive(Serialize)]
struct StepDocument {
    step: &'static str,
    value: String,
}

#[derive(Serialize)]
struct CardDocument {
    format: &'static str,
    format_name: &'static str,
    facility_code: Option<u32>,
    number: String,
    sent_as: &'static str,
    sent: String,
    /// The whole card, parity included, where that is known and may be shown.
    bits: Option<String>,
}

#[derive(Serialize)]
struct InspectCardDocument<'a> {
    id_type: &'a str,
    ignored: bool,
    steps: Vec<StepDocument>,
    card: Option<CardDocument>,
    fault: Option<String>,
}

impl<'a> InspectCardDocument<'a> {
    fn new(id_type: &'a str, reading: Option<&Reading>, shown: Shown) -> Schema<Self> {
        let steps = reading.into_iter().flat_map(|reading| &reading.steps);
        let card = reading.and_then(|reading| reading.card.as_ref().ok());
        let fault = reading.and_then(|reading| reading.card.as_ref().err());
        Schema {
            schema: "atriumctl.inspect-card/1",
            document: InspectCardDocument {
                id_type,
                ignored: reading.is_none(),
                steps: steps
                    .map(|(step, value)| StepDocument {
                        step: name(*step),
                        value: shown.step(*step, value),
                    })
                    .collect(),
                card: card.map(|card| {
                    let (sent_as, number) = sent(card);
                    CardDocument {
                        format: card.format.short(),
                        format_name: card.format.long(),
                        facility_code: card.facility_code,
                        number: shown.number(&card.number.to_string()),
                        sent_as,
                        sent: shown.number(&number),
                        bits: shown.bits(card),
                    }
                }),
                fault: fault.map(ToString::to_string),
            },
        }
    }
}

/// `atriumctl.inspect-card/1`: an id on its way to a card; `None` for one that is ignored.
pub(in crate::output) fn card(
    id_type: &str,
    reading: Option<&Reading>,
    shown: Shown,
) -> Result<String, Error> {
    document(&InspectCardDocument::new(id_type, reading, shown))
}

/// The same on one line.
pub(in crate::output) fn card_line(
    id_type: &str,
    reading: Option<&Reading>,
    shown: Shown,
) -> Result<String, Error> {
    line(&InspectCardDocument::new(id_type, reading, shown))
}
