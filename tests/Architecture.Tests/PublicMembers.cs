using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace Grid.Architecture.Tests;

/// <summary>
/// The public and protected methods and properties of one assembly, and all members that its code names, its own and others': each as
/// <c>Namespace.Type.Member</c>, whatever its overload. What the compiler writes into records names nothing.
/// </summary>
sealed class PublicMembers : IDisposable
{
    readonly PEReader _file;
    readonly MetadataReader _reader;

    public PublicMembers(string path)
    {
        _file = new PEReader(File.OpenRead(path));
        _reader = _file.GetMetadataReader();
    }

    /// <summary>Overrides, implementations of interfaces, operators, constructors and what is data of a record are left out.</summary>
    public IEnumerable<(string Member, string[] Accessors)> Declared()
    {
        foreach (var handle in _reader.TypeDefinitions)
        {
            var type = _reader.GetTypeDefinition(handle);
            if (!IsVisible(type) || IsMade(type.GetCustomAttributes()) || Base(type) == "System.MulticastDelegate") continue;
            var methods = type.GetMethods().Select(_reader.GetMethodDefinition).ToList();
            var isRecord = methods.Any(m => _reader.GetString(m.Name) == "PrintMembers");
            var accessors = new HashSet<MethodDefinitionHandle>();
            foreach (var property in type.GetProperties().Select(_reader.GetPropertyDefinition))
            {
                var own = property.GetAccessors();
                MethodDefinitionHandle[] both = [.. new[] { own.Getter, own.Setter }.Where(h => !h.IsNil)];
                accessors.UnionWith(both);
                if (!isRecord && both.Any(h => IsOpen(_reader.GetMethodDefinition(h))))
                    yield return (Name(handle, property.Name), [.. both.Select(h => Name(handle, _reader.GetMethodDefinition(h).Name))]);
            }

            foreach (var method in type.GetMethods().Where(m => !accessors.Contains(m)).Select(_reader.GetMethodDefinition))
                if (IsOpen(method) && (method.Attributes & MethodAttributes.SpecialName) == 0 && !IsMade(method.GetCustomAttributes()))
                    yield return (Name(handle, method.Name), [Name(handle, method.Name)]);
        }
    }

    /// <summary>The parameters of public and protected methods and constructors, each as its file of docstrings names it.</summary>
    public IEnumerable<(string Member, string[] Names)> Parameters()
    {
        foreach (var handle in _reader.TypeDefinitions)
        {
            var type = _reader.GetTypeDefinition(handle);
            if (!IsVisible(type) || IsMade(type.GetCustomAttributes()) || Base(type) == "System.MulticastDelegate") continue;
            foreach (var method in type.GetMethods().Select(_reader.GetMethodDefinition))
            {
                var name = _reader.GetString(method.Name);
                var isSpecial = (method.Attributes & MethodAttributes.SpecialName) != 0 && name != ".ctor";
                if (isSpecial || !IsOpen(method) || IsMade(method.GetCustomAttributes())) continue;
                string[] names = [.. method.GetParameters().Select(_reader.GetParameter)
                    .Where(p => p.SequenceNumber > 0).Select(p => _reader.GetString(p.Name))];
                if (names.Length > 0) yield return ($"{Name(handle)}.{name.Replace('.', '#')}", names);
            }
        }
    }

    /// <summary>A method that calls itself is not used for that.</summary>
    public HashSet<string> Named()
    {
        var named = new HashSet<string>();
        foreach (var handle in _reader.MemberReferences)
        {
            var member = _reader.GetMemberReference(handle);
            if (Parent(member.Parent) is { } type) named.Add($"{type}.{_reader.GetString(member.Name)}");
        }

        foreach (var handle in _reader.MethodDefinitions)
        {
            var method = _reader.GetMethodDefinition(handle);
            var isOfRecord = _reader.GetString(method.Name) is "PrintMembers" or "Equals" or "GetHashCode" or "Deconstruct" or ".ctor"
                && IsMade(method.GetCustomAttributes());
            if (method.RelativeVirtualAddress == 0 || isOfRecord) continue;
            foreach (var token in Instructions.Tokens(_file.GetMethodBody(method.RelativeVirtualAddress).GetILReader()))
                if (Called(token) is { } called && called != handle)
                    named.Add(Name(_reader.GetMethodDefinition(called).GetDeclaringType(), _reader.GetMethodDefinition(called).Name));
        }

        return named;
    }

    public void Dispose() => _file.Dispose();

    MethodDefinitionHandle? Called(EntityHandle token) => token.Kind switch
    {
        HandleKind.MethodDefinition => (MethodDefinitionHandle)token,
        HandleKind.MethodSpecification => Called(_reader.GetMethodSpecification((MethodSpecificationHandle)token).Method),
        _ => null,
    };

    bool IsVisible(TypeDefinition type) => (type.Attributes & TypeAttributes.VisibilityMask) switch
    {
        TypeAttributes.Public => true,
        TypeAttributes.NestedPublic or TypeAttributes.NestedFamily => IsVisible(_reader.GetTypeDefinition(type.GetDeclaringType())),
        _ => false,
    };

    /// <summary>Neither an override nor what an interface asks for.</summary>
    static bool IsOpen(MethodDefinition method)
    {
        var access = method.Attributes & MethodAttributes.MemberAccessMask;
        var isVirtual = (method.Attributes & MethodAttributes.Virtual) != 0;
        var isOwn = !isVirtual || (method.Attributes & (MethodAttributes.NewSlot | MethodAttributes.Final)) == MethodAttributes.NewSlot;
        return access is MethodAttributes.Public or MethodAttributes.Family or MethodAttributes.FamORAssem && isOwn;
    }

    bool IsMade(CustomAttributeHandleCollection attributes) => attributes
        .Select(a => _reader.GetCustomAttribute(a).Constructor)
        .Where(c => c.Kind == HandleKind.MemberReference)
        .Any(c => Parent(_reader.GetMemberReference((MemberReferenceHandle)c).Parent)?.EndsWith(
            ".CompilerGeneratedAttribute", StringComparison.Ordinal) == true);

    string? Base(TypeDefinition type) => type.BaseType.IsNil ? null : Parent(type.BaseType);

    string? Parent(EntityHandle parent)
    {
        switch (parent.Kind)
        {
            case HandleKind.TypeReference:
                var reference = _reader.GetTypeReference((TypeReferenceHandle)parent);
                var outer = reference.ResolutionScope.Kind == HandleKind.TypeReference ? Parent(reference.ResolutionScope) : null;
                return $"{outer ?? _reader.GetString(reference.Namespace)}.{_reader.GetString(reference.Name)}";
            case HandleKind.TypeDefinition:
                return Name((TypeDefinitionHandle)parent);
            case HandleKind.TypeSpecification:
                var blob = _reader.GetBlobReader(_reader.GetTypeSpecification((TypeSpecificationHandle)parent).Signature);
                if (blob.ReadSignatureTypeCode() != SignatureTypeCode.GenericTypeInstance) return null;
                blob.ReadSignatureTypeCode();
                return Parent(blob.ReadTypeHandle());
            default:
                return null;
        }
    }

    string Name(TypeDefinitionHandle handle, StringHandle member) => $"{Name(handle)}.{_reader.GetString(member)}";

    string Name(TypeDefinitionHandle handle)
    {
        var type = _reader.GetTypeDefinition(handle);
        var outer = type.GetDeclaringType() is { IsNil: false } declaring ? Name(declaring) : _reader.GetString(type.Namespace);
        return $"{outer}.{_reader.GetString(type.Name)}";
    }
}
