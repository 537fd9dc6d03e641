//! Turns UTF-16 into UTF-8 while it is read.

use std::io::{self, BufRead, Read};

/// In which order the two bytes of a unit stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    LowFirst,
    HighFirst,
}

/// A byte that stands in no UTF-8: half of a pair without the other half becomes this, so that the
/// row is found to be damaged as one of any other encoding is.
const NO_UTF8: u8 = 0xFF;

/// The first byte of a character of two bytes: stands for a unit that the end of the file cuts, so
/// that the end is found to be missing as in UTF-8.
const HALF: u8 = 0xC3;

/// UTF-16 (RFC 2781, section 2) without its byte-order mark, read as UTF-8.
pub(super) struct Utf16<R> {
    input: R,
    order: Order,
    /// The first byte of a unit whose second was not read yet.
    byte: Option<u8>,
    /// The first half of a pair whose second was not read yet.
    half: Option<u16>,
    /// What is decoded, and how much of it was handed out.
    ready: Vec<u8>,
    given: usize,
}

impl<R: BufRead> Utf16<R> {
    pub(super) fn new(input: R, order: Order) -> Self {
        Utf16 {
            input,
            order,
            byte: None,
            half: None,
            ready: Vec::new(),
            given: 0,
        }
    }

    /// Decodes what the input has; nothing at its end.
    fn refill(&mut self) -> io::Result<()> {
        self.ready.clear();
        self.given = 0;
        while self.ready.is_empty() {
            let bytes = self.input.fill_buf()?;
            let read = bytes.len();
            if read == 0 {
                if self.byte.take().is_some() | self.half.take().is_some() {
                    self.ready.push(HALF);
                }
                return Ok(());
            }
            for second in bytes {
                match self.byte.take() {
                    None => self.byte = Some(*second),
                    Some(first) => {
                        let unit = match self.order {
                            Order::LowFirst => u16::from_le_bytes([first, *second]),
                            Order::HighFirst => u16::from_be_bytes([first, *second]),
                        };
                        unit_into(unit, &mut self.half, &mut self.ready);
                    }
                }
            }
            self.input.consume(read);
        }
        Ok(())
    }
}

fn unit_into(unit: u16, half: &mut Option<u16>, out: &mut Vec<u8>) {
    let is_first = (0xD800..0xDC00).contains(&unit);
    let units = half.take().into_iter().chain((!is_first).then_some(unit));
    for decoded in char::decode_utf16(units) {
        match decoded {
            Ok(c) => out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
            Err(_) => out.push(NO_UTF8),
        }
    }
    if is_first {
        *half = Some(unit);
    }
}

impl<R: BufRead> Read for Utf16<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if self.given == self.ready.len() {
            self.refill()?;
        }
        let read = (&self.ready[self.given..]).read(out)?;
        self.given += read;
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use std::io::BufReader;

    use proptest::prelude::*;

    use super::*;

    fn decode(bytes: &[u8], order: Order, buffer: usize) -> Vec<u8> {
        let mut out = Vec::new();
        let input = BufReader::with_capacity(buffer, bytes);
        Utf16::new(input, order).read_to_end(&mut out).unwrap();
        out
    }

    proptest! {
        #[test]
        fn text_comes_out_as_it_went_in(text in ".{0,40}", buffer in 1_usize..9) {
            let low: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
            let high: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
            prop_assert_eq!(decode(&low, Order::LowFirst, buffer), text.as_bytes());
            prop_assert_eq!(decode(&high, Order::HighFirst, buffer), text.as_bytes());
        }
    }

    #[test]
    fn halves_of_pairs_and_a_cut_unit_are_no_utf8() {
        let table: [(&[u8], &[u8]); 5] = [
            (b"a\0\x3D\xD8b\0", b"a\xFFb"),
            (b"\x00\xDCb\0", b"\xFFb"),
            (b"\x3D\xD8\x3D\xD8\x00\xDE", b"\xFF\xF0\x9F\x98\x80"),
            (b"a\0b", b"a\xC3"),
            (b"a\0\x3D\xD8", b"a\xC3"),
        ];
        for (bytes, wanted) in table {
            assert_eq!(decode(bytes, Order::LowFirst, 64), wanted, "{bytes:?}");
        }
    }
}
