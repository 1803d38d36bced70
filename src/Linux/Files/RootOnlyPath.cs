using GpuContainers.Linux.Paths;

namespace GpuContainers.Linux.Files;

/// <summary>Paths that nobody but root can lead elsewhere.</summary>
public static class RootOnlyPath
{
    // The kernel follows no more links than these.
    private const int MostLinks = 40;

    /// <summary>
    /// Walks to a file as the kernel would, and says which folder, link or file on the way another user than root could change or replace; null when there is
    /// none. The walk ends where something is missing.
    /// </summary>
    /// <param name="path">The file, absolute.</param>
    public static string? FindProblem(string path)
    {
        var steps = new Stack<string>();
        Push(steps, path);
        string place = "/";
        for (int links = 0; steps.TryPop(out string? step);)
        {
            if (step == "..")
            {
                place = LexicalPath.Parent(place);
                continue;
            }
            string next = LexicalPath.Join(place, step);
            if (!HostFile.TryStatus(next, followLinks: false, out FileStatus status))
                return null;
            if (Problem(status) is { } problem)
                return $"{next} {problem}";
            if (status.Kind != FileKind.Link)
            {
                place = next;
                continue;
            }
            if (HostFile.ReadLink(next) is not { } target || ++links > MostLinks)
                return $"{next} is a link that leads nowhere";
            Push(steps, target);
            place = target.StartsWith('/') ? "/" : place;
        }
        return null;
    }

    private static void Push(Stack<string> steps, string path)
    {
        string[] parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        for (int i = parts.Length - 1; i >= 0; i--)
        {
            if (parts[i] != ".")
                steps.Push(parts[i]);
        }
    }

    private static string? Problem(in FileStatus status)
    {
        if (status.Uid != 0)
            return $"belongs to user {status.Uid}";
        // A link's own mode says nothing, and in a folder with the sticky bit nobody can replace what is root's.
        bool isKept = status.Kind == FileKind.Link || (status.Kind == FileKind.Directory && status.Mode.HasFlag(UnixFileMode.StickyBit));
        return !isKept && (status.Mode & (UnixFileMode.GroupWrite | UnixFileMode.OtherWrite)) != 0 ? "can be written by others than root" : null;
    }
}
