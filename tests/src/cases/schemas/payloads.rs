//! The verdicts of a decoder and of the command on the payloads of a case, which have to agree.

use std::io;

use super::{EVENT, Subject};
use crate::{
    batch::{Batch, Verdict},
    cases::shortened,
    exact,
    limits::{End, Limits},
};

/// Payloads of a kind that the command is asked about as well.
const N_VALIDATED: usize = 5;

/// The verdict that a payload is there to show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Valid,
    Invalid,
    /// Its digits are kept, or it is refused.
    Raw,
    Sample,
    NearMiss,
    /// Only agreement matters.
    Any,
}

impl Subject<'_> {
    /// Decodes every payload of the case, and those that were made.
    pub(super) fn check_payloads(
        &mut self,
        batch: &Batch,
        number: usize,
        samples: &[String],
        misses: &[String],
    ) -> io::Result<()> {
        let any = ["{}", "null", "[]", "0", "\"\""].map(str::to_owned);
        let lists = [
            (Kind::Valid, self.case.valid.as_slice()),
            (Kind::Invalid, &self.case.invalid),
            (Kind::Raw, &self.case.raw),
            (Kind::Any, &any),
            (Kind::Sample, samples),
            (Kind::NearMiss, misses),
        ];
        let payloads: Vec<(Kind, String)> =
            lists.into_iter().flat_map(|(kind, list)| list.iter().map(move |text| (kind, text.clone()))).collect();
        let numbered: Vec<(usize, Vec<u8>)> =
            payloads.iter().map(|(_, text)| (number, text.clone().into_bytes())).collect();
        let (verdicts, finished) = batch.run_within(Limits::CASE, &numbered)?;
        self.faults.extend(Limits::CASE.fault(&finished).map(|fault| format!("decode {fault}")));
        if let Some((_, text)) = payloads.get(verdicts.len()) {
            self.faults.push(format!("the decoder failed at {}", shortened(text)));
        }
        let mut n_validated = 0;
        let mut last = Kind::Any;
        for ((kind, text), verdict) in payloads.iter().zip(&verdicts) {
            let fault = verdict.fault.clone().or_else(|| self.payload_fault(*kind, text, verdict));
            self.faults.extend(fault.map(|fault| format!("{kind:?} {}: {}", shortened(text), shortened(&fault))));
            n_validated = if *kind == last { n_validated + 1 } else { 1 };
            last = *kind;
            if n_validated <= N_VALIDATED || !matches!(kind, Kind::Sample | Kind::NearMiss) {
                self.check_agreement(text, verdict)?;
            }
        }
        Ok(())
    }

    /// The fault of the verdict on a payload.
    fn payload_fault(&self, kind: Kind, text: &str, verdict: &Verdict) -> Option<String> {
        match (kind, &verdict.encoded) {
            (Kind::Valid | Kind::Sample, None) => Some("refused".to_owned()),
            (Kind::Invalid | Kind::NearMiss, Some(_)) => Some("accepted".to_owned()),
            (_, Some(encoded)) if !exact::are_equal(text.as_bytes(), encoded) => {
                Some(format!("encoded as {}", String::from_utf8_lossy(encoded)))
            }
            (_, Some(_)) => exact::violated(self.case.schema.as_bytes(), text.as_bytes())
                .map(|keyword| format!("accepted against {keyword}")),
            (_, None) => None,
        }
    }

    /// The command accepts what the decoder accepts, and nothing else.
    fn check_agreement(&mut self, text: &str, verdict: &Verdict) -> io::Result<()> {
        let finished = self.goodevent("schemas", &["validate", EVENT, "-"], text, "validate")?;
        let is_accepted = verdict.encoded.is_some();
        let is_same = match finished.end {
            End::Exit(0) => is_accepted,
            End::Exit(1) => !is_accepted,
            _ => false,
        };
        if !is_same {
            let said = if is_accepted { "accepts" } else { "refuses" };
            let printed = shortened(&format!("{}{}", finished.stdout, finished.stderr));
            self.faults.push(format!("decode {said} {}, validate: {}: {printed}", shortened(text), finished.end));
        }
        Ok(())
    }
}
