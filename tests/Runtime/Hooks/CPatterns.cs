using System.Runtime.InteropServices;

namespace GpuContainers.Runtime.Tests.Hooks;

/// <summary>The C library's own patterns.</summary>
internal static partial class CPatterns
{
    private const int LeadingPeriod = 4;
    private const int NoMatch = 3;

    /// <summary>fnmatch(3), as glob(3) uses it for one component.</summary>
    public static bool Match(string pattern, string name) => Match(pattern, name, LeadingPeriod) == 0;

    /// <summary>The paths of glob(3), in its order.</summary>
    public static unsafe string[] Expand(string pattern)
    {
        var result = default(Found);
        int status = Expand(pattern, 0, 0, ref result);
        if (status == NoMatch)
            return [];
        Assert.Equal(0, status);
        string[] paths = new string[(int)result.Count];
        for (int i = 0; i < paths.Length; i++)
            paths[i] = Marshal.PtrToStringUTF8(((nint*)result.Paths)[i])!;
        Free(ref result);
        return paths;
    }

    [LibraryImport("libc", EntryPoint = "fnmatch", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Match(string pattern, string name, int flags);

    [LibraryImport("libc", EntryPoint = "glob", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Expand(string pattern, int flags, nint onError, ref Found found);

    [LibraryImport("libc", EntryPoint = "globfree")]
    private static partial void Free(ref Found found);

    // glob_t.
    [StructLayout(LayoutKind.Explicit, Size = 128)]
    private struct Found
    {
        [FieldOffset(0)] public nuint Count;
        [FieldOffset(8)] public nint Paths;
    }
}
