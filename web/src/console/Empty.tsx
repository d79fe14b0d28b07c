// Nothing here, and what would bring something.
import type { ReactNode } from "react";

export function Empty({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <div className="console-empty">
      <p className="console-empty-title">{title}</p>
      {children && <div>{children}</div>}
    </div>
  );
}
