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
    public static string? FindProblem(string path, uint user) => Walk(path, status => Problem(status, user));

    /// <summary>
    /// Makes sure that no symbolic link of a third user stands on the way to a file, the file's own name included: what is written as root lies where root
    /// or its owner said. In a user namespace of its own, where the machine's root is a stranger too, every link is followed.
    /// </summary>
    /// <param name="path">The file that will be written; it need not exist.</param>
    /// <exception cref="ForeignLinkException">There is such a link.</exception>
    public static void RequireOwnLinks(string path)
    {
        uint user = Libc.EffectiveUser();
        string absolute = path.StartsWith('/') ? path : Environment.CurrentDirectory + "/" + path;
        string? link = Walk(absolute, status => status.Kind == FileKind.Link && status.Uid != 0 && status.Uid != user ? $"belongs to user {status.Uid}" : null);
        if (link is not null && UserNamespace.IsInitial)
            throw new ForeignLinkException(link, path);
    }

    private static string? Walk(string path, Func<FileStatus, string?> problemOf)
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
            if (problemOf(status) is { } problem)
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

/// <summary>A file was to be written behind a symbolic link of another user, who could lead it anywhere; nothing was.</summary>
/// <param name="link">The link, and whose it is.</param>
/// <param name="path">The file that was to be written.</param>
public sealed class ForeignLinkException(string link, string path) : LinuxException(Errno.EACCES, "write", path)
{
    /// <inheritdoc/>
    public override string Message => $"{Operation} {Path}: the symbolic link {link} and is not followed; remove it, or name the file it leads to";
}

/// <summary>The user namespace of this process: what the numbers of users mean that files belong to.</summary>
public static class UserNamespace
{
    /// <summary>
    /// Whether users and groups have the numbers that the machine gives them, all of them. In another namespace root has no more than the user who made it.
    /// </summary>
    public static bool IsInitial => IsIdentity("uid_map") && IsIdentity("gid_map") && !DeniesGroups;

    /// <summary>Whether a process of this namespace can take on an account, as far as the account's numbers exist in it.</summary>
    public static bool CanBecome(uint uid, uint gid) => Maps("uid_map", uid) && Maps("gid_map", gid) && !DeniesGroups;

    private static bool DeniesGroups => Text("setgroups").StartsWith("deny", StringComparison.Ordinal);

    // Each line: the first number inside, the first one outside, and how many (user_namespaces(7)).
    private static bool Maps(string map, uint id)
    {
        foreach (string line in Text(map).Split('\n'))
        {
            if (line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries) is [var first, _, var count]
                && uint.TryParse(first, out uint start) && uint.TryParse(count, out uint length) && id >= start && id - start < length)
                return true;
        }
        return false;
    }

    private static bool IsIdentity(string map) =>
        Text(map).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries) is ["0", "0", "4294967295"];

    private static string Text(string file) => HostFile.TryReadAll("/proc/self/" + file, 4096, out byte[] text, out _) ? Encoding.ASCII.GetString(text) : "";
}
