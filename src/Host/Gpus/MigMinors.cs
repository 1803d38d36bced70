namespace GpuContainers.Host.Gpus;

/// <summary>
/// The device minors of MIG capabilities, by <c>/proc/driver/nvidia-caps/mig-minors</c>. The file lists thousands, so it is searched, not loaded.
/// </summary>
public sealed class MigMinors
{
    private const long MaximumSize = 16 << 20;
    private readonly byte[] _text;

    /// <summary>Takes the text of the file.</summary>
    public MigMinors(byte[] text) => _text = text;

    /// <summary>Reads the file below a system root; null when the kernel module has none.</summary>
    public static MigMinors? Read(string systemRoot) =>
        HostFile.TryReadAll(PathBelow(systemRoot), MaximumSize, out byte[] text, out _) ? new MigMinors(text) : null;

    /// <summary>Where the file is.</summary>
    public static string PathBelow(string systemRoot) => LexicalPath.Join(systemRoot, "/proc/driver/nvidia-caps/mig-minors");

    /// <summary>
    /// The minor of a capability such as <c>gpu0/gi1/access</c> or <c>config</c>; the last line with this name counts; null when there is none.
    /// </summary>
    public int? MinorOf(string capability)
    {
        if (!IsCapability(capability))
            return null;
        byte[] name = Encoding.UTF8.GetBytes(capability + " ");
        int? minor = null;
        ReadOnlySpan<byte> text = _text;
        foreach (Range range in text.Split((byte)'\n'))
        {
            // Exactly two parts, one blank between them (DS-100).
            ReadOnlySpan<byte> line = text[range];
            if (line.StartsWith(name) && int.TryParse(line[name.Length..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number))
                minor = number;
        }
        return minor;
    }

    /// <summary>The minors of all capabilities on a GPU, in the order of the file.</summary>
    /// <param name="gpu">The GPU's own minor.</param>
    public IReadOnlyList<uint> OfGpu(int gpu)
    {
        byte[] prefix = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"gpu{gpu}/"));
        var minors = new List<uint>();
        ReadOnlySpan<byte> text = _text;
        foreach (Range range in text.Split((byte)'\n'))
        {
            ReadOnlySpan<byte> line = text[range];
            int blank = line.IndexOf((byte)' ');
            if (line.StartsWith(prefix) && uint.TryParse(line[(blank + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out uint minor))
                minors.Add(minor);
        }
        return minors;
    }

    // "config", "monitor", or "gpu<int>/gi<int>…" (DS-100).
    private static bool IsCapability(string name)
    {
        if (name is "config" or "monitor")
            return true;
        ReadOnlySpan<char> rest = name;
        return TakeNumbered(ref rest, "gpu") && TakeNumbered(ref rest, "/gi");
    }

    private static bool TakeNumbered(ref ReadOnlySpan<char> text, string prefix)
    {
        if (!text.StartsWith(prefix))
            return false;
        text = text[prefix.Length..];
        int digits = text.IndexOfAnyExceptInRange('0', '9');
        digits = digits < 0 ? text.Length : digits;
        text = text[digits..];
        return digits > 0;
    }
}
