import { FactShapes } from '@exchequer/ledger';

/** The shapes that facts have ever had. All are of their first version; a change of shape adds an upcaster here. */
export const FACT_SHAPES = new FactShapes();
