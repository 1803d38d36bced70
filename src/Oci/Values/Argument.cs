using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace GpuContainers.Oci.Values;

/// <summary>Checks what is put into a record.</summary>
internal static class Argument
{
    /// <summary>The value, which must not be null; the exception names the property that is being set.</summary>
    internal static T NotNull<T>([NotNull] T? value, [CallerMemberName] string name = "") where T : class
    {
        ArgumentNullException.ThrowIfNull(value, name);
        return value;
    }
}
