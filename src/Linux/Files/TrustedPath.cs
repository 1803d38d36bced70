using GpuContainers.Linux.Paths;

namespace GpuContainers.Linux.Files;

/// <summary>Paths that nobody but root, and the user who asks, can lead elsewhere.</summary>
public static class TrustedPath
{
    // The kernel follows no more links than these.
    private const int MostLinks = 40;

    /// <summary>
    /// Walks to a file as the kernel would, and says which folder, link or file on the way a third user could change or replace; null when there is
    /// none. The walk ends where something is missing.
    /// </summary>
    /// <param name="path">The file, absolute.</param>
    /// <param name="user">Who asks: 0 for root. Folders of this user may be written by the user's group, which is often the user's alone.</param>
    public static string? FindProblem(string path, uint user)
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
            if (Problem(status, user) is { } problem)
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

    private static string? Problem(in FileStatus status, uint user)
    {
        if (status.Uid != 0 && status.Uid != user)
            return $"belongs to user {status.Uid}";
        // A link's own mode says nothing, and in a folder with the sticky bit nobody can replace what is root's.
        bool isKept = status.Kind == FileKind.Link || (status.Kind == FileKind.Directory && status.Mode.HasFlag(UnixFileMode.StickyBit));
        UnixFileMode others = user == 0 ? UnixFileMode.GroupWrite | UnixFileMode.OtherWrite : UnixFileMode.OtherWrite;
        return !isKept && (status.Mode & others) != 0 ? $"can be written by others than {(user == 0 ? "root" : "its owner")}" : null;
    }
}
