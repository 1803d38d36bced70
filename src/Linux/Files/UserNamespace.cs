namespace GpuContainers.Linux.Files;

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
