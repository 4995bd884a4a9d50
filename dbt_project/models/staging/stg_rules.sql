select
    cast(rule as string) as rule,
    cast(severity as string) as severity,
    cast(message as string) as message,
    cast(message_en as string) as message_en,
    cast(remedy as string) as remedy,
    cast(remedy_en as string) as remedy_en,
    cast(evidence as string) as evidence,
    cast(evidence_en as string) as evidence_en
from {{ source('rulebook', 'rules') }}
