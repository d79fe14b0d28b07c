// The open conversation is in the page's address (/desk/12), so that it survives a reload and Back works.
import { useCallback, useEffect, useState } from "react";

const read = (): number | undefined => {
  const found = /^\/desk\/(\d+)$/.exec(location.pathname);
  return found ? Number(found[1]) : undefined;
};

export function useAddress(): [number | undefined, (id: number | undefined) => void] {
  const [id, setId] = useState(read);
  useEffect(() => {
    const moved = () => setId(read());
    window.addEventListener("popstate", moved);
    return () => window.removeEventListener("popstate", moved);
  }, []);
  const go = useCallback((next: number | undefined) => {
    if (next === read()) return;
    history.pushState(null, "", next === undefined ? "/desk" : `/desk/${next}`);
    setId(next);
  }, []);
  return [id, go];
}
