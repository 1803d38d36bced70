namespace GpuContainers.Linux.Paths;

/// <summary>Work on the text of paths, without a look at the file system.</summary>
public static class LexicalPath
{
    /// <summary>
    /// Collapses repeated slashes, drops ".", resolves "x/.." pairs, drops ".." directly below the root, keeps leading ".." of relative
    /// paths, drops a trailing slash; an empty result is ".".
    /// </summary>
    public static string Clean(string path)
    {
        if (IsClean(path))
            return path;
        bool rooted = path.StartsWith('/');
        var kept = new List<string>();
        foreach (string part in path.Split('/'))
        {
            if (part.Length == 0 || part == ".")
                continue;
            if (part != "..")
                kept.Add(part);
            else if (kept.Count > 0 && kept[^1] != "..")
                kept.RemoveAt(kept.Count - 1);
            else if (!rooted)
                kept.Add(part);
        }
        string text = string.Join('/', kept);
        if (rooted)
            return "/" + text;
        return text.Length == 0 ? "." : text;
    }

    /// <summary>Joins with "/" what is not empty and cleans the result; the empty string when everything is empty.</summary>
    public static string Join(params ReadOnlySpan<string> parts)
    {
        string joined = "";
        foreach (string part in parts)
        {
            if (part.Length > 0)
                joined = joined.Length == 0 ? part : string.Concat(joined.AsSpan().TrimEnd('/'), "/", part.AsSpan().TrimStart('/'));
        }
        return joined.Length == 0 ? "" : Clean(joined);
    }

    /// <summary>What stands before the last element of the cleaned path: "/a" for "/a/b", "/" for "/a", "." for "a".</summary>
    public static string Parent(string path)
    {
        int slash = path.LastIndexOf('/');
        return slash < 0 ? "." : slash == 0 ? "/" : Clean(path[..slash]);
    }

    /// <summary>As <see cref="Parent(string)"/>, without a new string where the path is clean.</summary>
    public static ReadOnlySpan<char> Parent(ReadOnlySpan<char> path)
    {
        int slash = path.LastIndexOf('/');
        return slash < 0 ? "." : slash == 0 ? "/" : IsClean(path[..slash]) ? path[..slash] : Clean(path[..slash].ToString());
    }

    /// <summary>The last element, trailing slashes ignored: "b" for "/a/b/"; "/" for the root; "." for the empty path.</summary>
    public static string Base(string path) => Base(path.AsSpan()).ToString();

    /// <summary>As <see cref="Base(string)"/>, without a new string.</summary>
    public static ReadOnlySpan<char> Base(ReadOnlySpan<char> path)
    {
        if (path.Length == 0)
            return ".";
        ReadOnlySpan<char> trimmed = path.TrimEnd('/');
        return trimmed.Length == 0 ? "/" : trimmed[(trimmed.LastIndexOf('/') + 1)..];
    }

    /// <summary>The part of the last element from its last dot on, or the empty string.</summary>
    public static string Extension(string path)
    {
        int dot = path.LastIndexOf('.');
        return dot > path.LastIndexOf('/') ? path[dot..] : "";
    }

    /// <summary>The number of "/" in the cleaned path, by which mounts and device nodes are ordered.</summary>
    public static int Depth(string path) => Clean(path).AsSpan().Count('/');

    private static bool IsClean(ReadOnlySpan<char> path)
    {
        if (path.Length == 0 || (path.Length > 1 && path[^1] == '/'))
            return false;
        if (path[0] != '.' && path.IndexOf("//") < 0 && path.IndexOf("/.") < 0)
            return true;
        for (ReadOnlySpan<char> rest = path; ;)
        {
            int end = rest.IndexOf('/');
            ReadOnlySpan<char> part = end < 0 ? rest : rest[..end];
            bool isRoot = part.Length == 0 && rest.Length == path.Length;
            if (!isRoot && path is not "/" && part is "" or "." or "..")
                return path is ".";
            if (end < 0)
                return true;
            rest = rest[(end + 1)..];
        }
    }
}
