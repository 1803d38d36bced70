namespace GpuContainers.Nvml;

/// <summary>The dynamic loader of this process, asked directly, so that a refusal comes in its own words.</summary>
internal static unsafe class DynamicLoader
{
    private const int Lazy = 1; // RTLD_LAZY, symbols kept to itself: dlopen(3)

    /// <summary>Loads a library; 0 with the loader's words when that fails.</summary>
    /// <param name="name">A path, or a name that the loader looks up.</param>
    /// <param name="error">Why it could not be loaded; empty when it was.</param>
    internal static nint Open(string name, out string error)
    {
        nint program = NativeLibrary.GetMainProgramHandle();
        var open = (delegate* unmanaged<byte*, int, nint>)NativeLibrary.GetExport(program, "dlopen");
        var words = (delegate* unmanaged<byte*>)NativeLibrary.GetExport(program, "dlerror");
        byte* text = (byte*)Marshal.StringToCoTaskMemUTF8(name);
        try
        {
            nint library = open(text, Lazy);
            error = library != 0 ? "" : Marshal.PtrToStringUTF8((nint)words()) ?? $"{name}: cannot be loaded";
            return library;
        }
        finally
        {
            Marshal.FreeCoTaskMem((nint)text);
        }
    }
}
