namespace GpuContainers.Runtime.ContainerCli.CommandLine;

/// <summary>An account by its numbers.</summary>
internal sealed record UserAccount(uint Uid, uint Gid)
{
    private const long Limit = 16 << 20;

    // What the kernel shows for an account that it cannot show; an account of no rights (CL-8).
    private const uint Overflow = 65534;

    /// <summary>The account that owns nothing (CL-8).</summary>
    internal static UserAccount FromOverflow() => new(KernelNumber("overflowuid"), KernelNumber("overflowgid"));

    /// <summary>The account of this process.</summary>
    internal static UserAccount FromCaller() => new(ProcessCredentials.EffectiveUser, ProcessCredentials.EffectiveGroup);

    /// <summary>Reads USER[:GROUP], names or numbers; without a group the account's own one (CL-7).</summary>
    /// <exception cref="CliException">The account or group does not exist, or the number is too large.</exception>
    internal static UserAccount Parse(string text)
    {
        int colon = text.IndexOf(':');
        string user = colon < 0 ? text : text[..colon];
        string group = colon < 0 ? "" : text[(colon + 1)..];
        uint? uid = Number(user);
        if (uid is not null && group.Length > 0)
            return new UserAccount(uid.Value, GroupOf(group));
        // The account's line tells number and group of a name, and the group of a number.
        string[] account = Line("/etc/passwd", uid is null ? 0 : 2, uid is null ? user : uid.Value.ToString(CultureInfo.InvariantCulture));
        uint owner = uid ?? Field(account, 2);
        return new UserAccount(owner, group.Length > 0 ? GroupOf(group) : Field(account, 3));
    }

    private static uint GroupOf(string group) => Number(group) ?? Field(Line("/etc/group", 0, group), 2);

    private static uint? Number(string text)
    {
        if (text.Length == 0 || text.AsSpan().IndexOfAnyExceptInRange('0', '9') >= 0)
            return null;
        bool fits = uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out uint number) && number != uint.MaxValue;
        return fits ? number : throw Failure(Errno.ERANGE);
    }

    private static uint Field(string[] line, int index) =>
        index < line.Length && uint.TryParse(line[index], NumberStyles.None, CultureInfo.InvariantCulture, out uint number)
            ? number
            : throw Failure(Errno.EINVAL);

    // The static program has no name service of its own, so only the files are looked at.
    private static string[] Line(string file, int index, string value)
    {
        if (value.Length > 0 && HostFile.TryReadAll(file, Limit, out byte[] bytes, out _))
        {
            foreach (string line in Encoding.UTF8.GetString(bytes).Split('\n'))
            {
                string[] fields = line.Split(':');
                if (index < fields.Length && fields[index] == value)
                    return fields;
            }
        }
        throw Failure(Errno.ENOENT);
    }

    private static uint KernelNumber(string name) =>
        HostFile.TryReadAll("/proc/sys/kernel/" + name, 64, out byte[] text, out _)
        && uint.TryParse(Encoding.ASCII.GetString(text).Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out uint number) ? number : Overflow;

    private static CliException Failure(Errno error) =>
        new(
            CliError.Input, $"parse user/group failed: {error.Describe()}",
            "--user takes USER[:GROUP] as names or numbers that /etc/passwd and /etc/group know");
}
