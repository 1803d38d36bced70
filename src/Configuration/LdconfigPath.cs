namespace GpuContainers.Configuration;

/// <summary>The path of the linker cache program.</summary>
public static class LdconfigPath
{
    /// <summary>The default before it is normalised for this system.</summary>
    public const string Default = "@/sbin/ldconfig";

    /// <summary>Chooses between a host path and its ".real" twin; a path without the host mark "@" stays as it is.</summary>
    public static string Normalize(string path)
    {
        if (!path.StartsWith('@'))
            return path;
        string plain = path[1..];
        if (plain.EndsWith(".real", StringComparison.Ordinal))
            plain = plain[..^".real".Length];
        // Debian's and Ubuntu's /sbin/ldconfig is a shell script around ldconfig.real, which a bare container cannot run.
        return File.Exists(plain + ".real") ? "@" + plain + ".real" : "@" + plain;
    }
}
