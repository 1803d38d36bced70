using System.Reflection;

namespace GpuContainers.Linux;

/// <summary>The version of these programs, as the build wrote it down.</summary>
public static class ProductVersion
{
    private static readonly string s_informational =
        typeof(ProductVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "";

    /// <summary>The version, such as "1.20.0".</summary>
    public static string Text => s_informational.Split('+')[0];

    /// <summary>The commit the programs were built from; empty when the build did not know it.</summary>
    public static string Commit => s_informational.Contains('+') ? s_informational[(s_informational.IndexOf('+') + 1)..] : "";
}
